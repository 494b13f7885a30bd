#include "server/http/health.h"

#include <nlohmann/json.hpp>

#include "server/http/metrics.h"
#include "sync/transaction.h"

namespace caseload::server {
namespace {

constexpr const char* probe_name = "ready/probe";
constexpr const char* plain = "text/plain; charset=utf-8";

OfficeFigures figures_now(const HealthOf& of) {
  sync::StoreTransaction<ServerStore> snapshot(of.reader);
  return figures_of(of.reader, of.data_folder, of.clock.now());
}

HttpAnswer readiness(const HealthOf& of) {
  std::vector<std::string> problems;
  bool refused = false;
  const bool kept = of.service.in_writer([&](ServerStore& store) {
    try {
      sync::StoreTransaction<ServerStore> act(store);
      store.set_value(probe_name, Bytes{1});
      act.commit();
    } catch (const Breakage&) {
      refused = true;  // the probe alone is taken back
    }
  });
  if (refused || !kept) problems.emplace_back("store_failed");
  for (std::string& problem : problems_of(figures_now(of))) problems.push_back(std::move(problem));
  const nlohmann::ordered_json answer{{"ready", problems.empty()}, {"problems", problems}};
  return {problems.empty() ? 200 : 503, "application/json", answer.dump() + "\n"};
}

// A disk that fails under a page is the page's answer; the service notices by itself.
HttpAnswer or_broken(const std::function<HttpAnswer()>& page) {
  try {
    return page();
  } catch (const Breakage&) {
    return {503, plain, "the store failed\n"};
  }
}

}  // namespace

HttpDoor::Pages health_pages(const HealthOf& of) {
  return {{"/healthz",
           [] {
             return HttpAnswer{200, plain, "alive\n"};
           }},
          {"/readyz", [of] { return or_broken([&] { return readiness(of); }); }},
          {"/metrics", [of] {
             return or_broken([&] {
               return HttpAnswer{200, "text/plain; version=0.0.4; charset=utf-8",
                                 metrics_text(of.service.counts(), figures_now(of))};
             });
           }}};
}

}  // namespace caseload::server
