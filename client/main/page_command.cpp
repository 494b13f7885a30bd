#include <array>
#include <charconv>
#include <csignal>
#include <future>

#include "client/main/device_sitting.h"
#include "client/web/site.h"

// `serve`: the page on loopback, until somebody ends it.

namespace caseload::client {
namespace {

constexpr int minutes_max = 30;  // the most that policies for such work allow

struct NumberAsked {
  std::string_view name;
  int least;
  int most;
};
Result<int> number_of_option(const Call& call, const NumberAsked& asked, int usual) {
  if (!call.has(asked.name)) return usual;
  const std::string typed = call.option(asked.name);
  int number = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
  const bool whole = error == std::errc() && end == typed.data() + typed.size();
  if (whole && number >= asked.least && number <= asked.most) return number;
  return Fault(Fault::bad_value, "--" + std::string(asked.name) + ": " + std::to_string(asked.least) + " to " +
                                     std::to_string(asked.most));
}

// The signals that this thread waits for; every thread that is made from here on leaves them to it.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&signals, signal);
  CHECK(::pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0, "signals can be blocked");
  return signals;
}

void tell_address(const DevicePlace& place, const std::string& address) {
  place.tell(Json{{"address", address}},
             "Open this address in a browser on this machine; it opens once:\n\n  " + address +
                 "\n\nCtrl-C ends the page.");
}

Result<Reply> serve(DevicePlace& place, const Call& call) {
  const Result<int> port = number_of_option(call, {"port", 0, 65'535}, 0);
  if (!port) return port.fault();
  constexpr int usual = static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(idle_default).count());
  const Result<int> idle = number_of_option(call, {"lock-after", 1, minutes_max}, usual);
  if (!idle) return idle.fault();
  const sigset_t signals = block_signals();
  std::promise<Site*> ready;
  const std::shared_future<Site*> site_to_be = ready.get_future().share();
  Result<std::unique_ptr<Door>> door =
      Door::open(static_cast<std::uint16_t>(*port),
                 [site_to_be](const HttpRequest& request) { return site_to_be.get()->answer(request); });
  if (!door) return door.fault();
  DeviceSitting sitting(place, !call.has("no-sync"));
  const std::string base = "http://127.0.0.1:" + std::to_string((*door)->port());
  Site site({sitting, place.world().clock, place.world().random, (*door)->port(),
             std::chrono::minutes(*idle)});
  ready.set_value(&site);
  tell_address(place, base + site.launch_path());
  for (;;) {
    constexpr timespec second{1, 0};
    const int signal = ::sigtimedwait(&signals, nullptr, &second);
    if (signal == SIGUSR1) tell_address(place, base + site.launch_path());
    if (signal == SIGINT || signal == SIGTERM) break;
    site.tend();
  }
  door->reset();
  return Reply{Json("Closed, and locked.\n")};
}

const std::array entries = {
    DeviceEntry{{"serve",
                 "",
                 0,
                 0,
                 "the page in a browser, on this machine alone; prints its address, which opens once",
                 {{"port", "N", "a free one by itself"},
                  {"lock-after", "MINUTES", "without anybody at work; 10 by itself"},
                  {"no-sync", "", "meets the office only when asked to"}}},
                serve},
};

}  // namespace

std::span<const DeviceEntry> page_commands() { return entries; }

}  // namespace caseload::client
