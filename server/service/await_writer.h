#pragma once

#include <asio/awaitable.hpp>

#include "server/service/store_writer.h"

namespace caseload::server {

// Has the writer carry out an operation, and goes on when it is durable: gives whether it is.
//
// Promise  a coroutine that is cancelled meanwhile waits all the same, so the operation may refer to what the coroutine
//          holds.
// Requires that the coroutine is not destroyed before the writer has stopped.
// Threads  the operation: the writer's. The coroutine stays on its executor.
asio::awaitable<bool> carry_out(StoreWriter& writer, StoreWriter::Steps steps);
asio::awaitable<bool> carry_out(StoreWriter& writer, StoreWriter::Operation operation, Concern concern);

}  // namespace caseload::server
