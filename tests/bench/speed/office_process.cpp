#include "tests/bench/speed/office_process.h"

#include "server/store/postgres_store.h"
#include "server/store/sqlite_store.h"
#include "tests/bench/speed/machine.h"
#include "tests/end_to_end/copy_store.h"

namespace caseload::bench {
namespace {

enum class Word : char { how_are_you, stop };

std::unique_ptr<server::ServerStore> open(const OfficePlace& place) {
  if (!place.postgres.empty()) return *server::open_postgres_store({place.postgres});
  return *server::open_sqlite_store(place.path, Secret(database_key_bytes), {.cache_bytes = 64 << 20});
}

OfficeSaid how_it_is(const server::Service& service) {
  const server::ServiceCounts counts = service.counts();
  return {counts.commits, counts.operations, peak_kib(), processor_seconds()};
}

void serve(sync::Office& founded, const Certificates& certificates, const OfficePlace& place, Line& line) {
  const std::unique_ptr<server::ServerStore> store = open(place);
  server::copy_into(*store, founded.store.contents());
  Log log([](std::string_view) {}, [] { return LogTime{}; }, LogLevel::error, 100);
  const server::ServiceSetting setting{founded.self(), [] {}, {certificates.authority()},
                                       *TlsContext::office(certificates.server()), Endpoint("127.0.0.1", 0)};
  const std::unique_ptr<server::Service> service = std::move(*server::Service::open(*store, setting, log));
  line.say(service->port());
  std::thread listens([&] {
    while (line.hear<Word>() == Word::how_are_you) line.say(how_it_is(*service));
    service->stop();
  });
  service->run();
  listens.join();
}

}  // namespace

OfficeProcess::OfficeProcess(sync::Office& founded, const Certificates& certificates, const OfficePlace& place)
    : child_([&](Line& line) { serve(founded, certificates, place, line); }) {
  const std::optional<std::uint16_t> port = child_.line().hear<std::uint16_t>();
  CHECK(port.has_value(), "the office opens");
  port_ = *port;
}

OfficeProcess::~OfficeProcess() {
  child_.line().say(Word::stop);
  child_.await_end();
}

OfficeSaid OfficeProcess::said() {
  child_.line().say(Word::how_are_you);
  const std::optional<OfficeSaid> said = child_.line().hear<OfficeSaid>();
  CHECK(said.has_value(), "the office is at work");
  return *said;
}

}  // namespace caseload::bench
