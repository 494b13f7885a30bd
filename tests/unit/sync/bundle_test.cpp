int x_bundle;
