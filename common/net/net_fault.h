#pragma once

#include <system_error>

#include "common/base/fault.h"

struct ssl_st;

namespace caseload {

// What an error of Asio or OpenSSL means to the caller. `ssl`: the connection, if there is one: it knows why a
// certificate was refused. For the files of this room.
Fault net_fault(const std::error_code& error, const ssl_st* ssl = nullptr);

}  // namespace caseload
