// The body of Asio, compiled once for the whole project (ASIO_SEPARATE_COMPILATION): every other file that names Asio
// then builds in two thirds of the time.
#include <asio/impl/src.hpp>
#include <asio/ssl/impl/src.hpp>
