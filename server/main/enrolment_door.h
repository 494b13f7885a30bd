#pragma once

#include "common/program/log.h"
#include "server/office/enrolment.h"
#include "server/service/service.h"

namespace caseload::server {

constexpr TimeLimit door_limit{60'000};  // a person chooses a passphrase before the second message

// The office's half of an enrolment on one connection: messages of sync/enrolment in frames, each step on the writer.
// Errors   a step that is refused is answered with REFUSED, recorded and logged; a broken line ends it.
// Threads  the service's; the office is the writer's.
Receive enrolment_door(Service& service, Office& office, Log& log);

}  // namespace caseload::server
