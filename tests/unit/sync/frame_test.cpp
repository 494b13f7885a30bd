int x_frame;
