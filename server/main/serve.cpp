#include "server/main/serve.h"

#include <csignal>
#include <condition_variable>
#include <sstream>
#include <stop_token>
#include <thread>
#include <unistd.h>

#include "server/admin/admin.h"
#include "server/admin/control.h"
#include "server/http/health.h"
#include "server/main/enrolment_door.h"
#include "server/office/late_work.h"

namespace caseload::server {
namespace {

constexpr std::int64_t certificate_seconds_of_server = 398LL * 86400;  // made anew at each start

Result<TlsContext> tls_of(const OfficeKeys& keys, const Endpoint& listen, WallTime now, Random& random) {
  const SigningKey key = SigningKey::generate(random);
  const bool any = listen.host == "0.0.0.0" || listen.host == "::";
  const Result<Bytes> certificate =
      keys.authority.issue_server(request_certificate(key), {any ? "localhost" : listen.host},
                                  {to_milliseconds(now) / 1000, certificate_seconds_of_server}, random);
  if (!certificate) return certificate.fault();
  return TlsContext::office({{*certificate}, key.pkcs8(), keys.authority.certificate()});
}

// Commands while the office is open: on the writer's thread, or beside it on a snapshot.
struct AtWork {
  Service& service;
  AdminPlace& place;

  // What fails in there is the command's own failure, and is told where it was typed.
  void in_writer(const std::function<void(ServerStore&)>& act) const {
    std::exception_ptr broke;
    const bool kept = service.in_writer([&](ServerStore& store) {
      try {
        act(store);
      } catch (const Breakage&) {
        broke = std::current_exception();
      }
    });
    if (broke) std::rethrow_exception(broke);
    if (!kept) throw Breakage(Breakage::What::refused, "the store failed, and nothing of this was kept");
  }

  Result<Reply> perform(const AdminEntry& entry, const Call& call) const {
    std::optional<Result<Reply>> reply;
    if (!entry.beside) {
      in_writer([&](ServerStore&) { reply = entry.run(place, call); });
      return std::move(*reply);
    }
    std::unique_ptr<ServerStore> reader;
    in_writer([&](ServerStore& store) { reader = store.reader(); });
    return run_beside(entry, call, place, std::move(reader));
  }
};

ControlAnswer carry_out(Service& service, AdminPlace& place, const ControlRequest& request) {
  std::istringstream in;
  std::ostringstream out, err;
  place.terminal = request.terminal;
  place.folder = request.folder;
  const AtWork at_work{service, place};
  const auto perform = [&](const AdminEntry& entry, const Call& call) { return at_work.perform(entry, call); };
  const ExitCode code = run(admin_program(perform), request.words, {in, out, err});
  return {static_cast<std::uint8_t>(code), out.str(), err.str()};
}

// SIGINT and SIGTERM end the service; every thread that is made from here on leaves them to this one.
sigset_t our_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR2}) sigaddset(&signals, signal);
  return signals;
}

class SignalWatch {
 public:
  explicit SignalWatch(std::function<void()> stop) {
    thread_ = std::thread([this, stop = std::move(stop)] {
      int signal = 0;
      if (::sigwait(&signals_, &signal) == 0 && signal != SIGUSR2) stop();
    });
  }
  ~SignalWatch() {
    static_cast<void>(::pthread_kill(thread_.native_handle(), SIGUSR2));
    thread_.join();
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  static void block() {
    const sigset_t signals = our_signals();
    CHECK(::pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0, "signals can be blocked");
  }

 private:
  const sigset_t signals_ = our_signals();
  std::thread thread_;
};

// Time alone makes late work overdue: a batch an hour, and one at the start, in which the office tends it.
class Hours {
 public:
  explicit Hours(Service& service)
      : thread_([&service, this](const std::stop_token& stop) {
          do {
            service.in_writer([](ServerStore&) {});
          } while (!wait(stop));
        }) {}

 private:
  bool wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, stop, std::chrono::hours(1), [&] { return stop.stop_requested(); });
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;
};

constexpr timespec turn_pause{0, 250'000'000};  // between two looks whether the writer's place is free

// One server at a time writes to a store. Of several on one PostgreSQL the others wait here for the place of the
// one that
// dies, and open no port meanwhile: whoever directs devices to servers sees which one it is. Faults: cancelled: a
// signal
// came first; those of open_store() but, on PostgreSQL, in_use.
Result<std::unique_ptr<ServerStore>> open_in_turn(const DataFolder& folder, const Secret& key, const ServeWith& with,
                                                  Log& log) {
  const Result<std::optional<PostgresPlace>> shared = folder.place();
  if (!shared) return shared.fault();
  const sigset_t signals = our_signals();
  for (bool told = false;; told = true) {
    Result<std::unique_ptr<ServerStore>> store = folder.open_store(key);
    const bool is_taken = !store && store.fault() == Fault::in_use && shared->has_value();
    if (!is_taken) return store;
    if (!told) log.event("waiting_for_turn");
    if (!told) with.waiting();
    if (::sigtimedwait(&signals, nullptr, &turn_pause) > 0) return Fault(Fault::cancelled);
  }
}

LogTime log_time(const Clock& clock) {
  return {to_milliseconds(clock.now()), std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady()).count()};
}

}  // namespace

Result<Endpoint> read_endpoint(std::string_view typed) {
  const Fault wrong(Fault::bad_value, "HOST:PORT");
  const std::size_t colon = typed.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong;
  std::string_view host = typed.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string_view port = typed.substr(colon + 1);
  if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos) return wrong;
  const int number = std::stoi(std::string(port));
  if (number > 65535 || host.empty() || host.size() > 255) return wrong;
  return Endpoint(std::string(host), static_cast<std::uint16_t>(number));
}

Result<void> serve(const DataFolder& folder, const ServeWith& with) {
  SignalWatch::block();
  const SystemClock clock;
  SystemRandom random;
  const Result<OfficeKeys> keys = folder.open_keys();
  if (!keys) return keys.fault();
  Log log(log_to(STDERR_FILENO), [&clock] { return log_time(clock); });
  const Result<std::unique_ptr<ServerStore>> store = open_in_turn(folder, keys->database, with, log);
  if (!store && store.fault() == Fault::cancelled) return {};
  if (!store) return store.fault();
  Office office(**store, *keys, clock, random);
  Result<TlsContext> tls = tls_of(*keys, with.listen, clock.now(), random);
  if (!tls) return tls.fault();
  const ServiceSetting setting{.self = office.self(),
                               .log_grew = [&office] { office.read_rules(); },
                               .authorities = {keys->authority.certificate()},
                               .tls = *tls,
                               .listen = with.listen,
                               .tend = [&office] { return tend_late_work(office).scopes; }};
  const Result<std::unique_ptr<Service>> service = Service::open(**store, setting, log);
  if (!service) return service.fault();
  (*service)->enrol_with(enrolment_door(**service, office, log));
  AdminPlace place{office, folder.path(), folder.path()};
  place.with_writer = [&](const AdminPlace::Act& act) {
    AtWork{**service, place}.in_writer([&](ServerStore&) { act(office); });
  };
  const Result<std::unique_ptr<ControlSocket>> control = ControlSocket::open(
      folder.control_socket(), [&](const ControlRequest& request) { return carry_out(**service, place, request); });
  if (!control) return control.fault();
  const Hours hours(**service);
  const std::unique_ptr<ServerStore> reader = (*store)->reader();
  std::unique_ptr<HttpDoor> door;
  if (with.http) {
    const HealthOf health{**service, *reader, folder.path(), clock};
    Result<std::unique_ptr<HttpDoor>> opened = HttpDoor::open(*with.http, health_pages(health));
    if (!opened) return opened.fault();
    door = std::move(*opened);
  }
  const SignalWatch watch([&] { (*service)->stop(); });
  log.event("serving", {{"port", static_cast<std::int64_t>((*service)->port())}});
  with.listening((*service)->port(), door ? door->port() : std::uint16_t{0});
  (*service)->run();
  log.event("stopped");
  return {};
}

}  // namespace caseload::server
