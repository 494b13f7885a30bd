#pragma once

#include "server/http/http_door.h"
#include "server/service/service.h"

namespace caseload::server {

// The pages of an office at work: /healthz: the process answers · /readyz: its writer commits, the disk has room,
// the clock
// is not behind the ledger; else 503 and why · /metrics: counts and figures, for Prometheus.
//
// Shape    figures are read on a snapshot of their own, so that nobody's session waits for a scrape.
// Requires the service, the reader and the clock to outlive the door.
struct HealthOf {
  Service& service;
  ServerStore& reader;
  std::string data_folder;
  const Clock& clock;
};
HttpDoor::Pages health_pages(const HealthOf& of);

}  // namespace caseload::server
