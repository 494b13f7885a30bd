#include <array>
#include <charconv>
#include <unistd.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include "client/main/device_place.h"
#include "client/profile/enrol.h"
#include "common/base/durable_file.h"
#include "common/program/prompt.h"

namespace caseload::client {
namespace {

constexpr std::size_t answer_file_bytes_max = 4096;

Result<Endpoint> read_endpoint(std::string_view typed) {
  const Fault wrong(Fault::bad_value, "--server HOST:PORT");
  const std::size_t colon = typed.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 255) return wrong;
  std::string_view host = typed.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(typed.data() + colon + 1, typed.data() + typed.size(), port);
  if (error != std::errc() || end != typed.data() + typed.size() || port == 0) return wrong;
  return Endpoint(std::string(host), port);
}

Result<Secret> code_of(const Call& call) {
  if (call.has("code")) return sync::read_enrol_code(call.option("code"));
  const Result<std::string> typed =
      Prompt(STDIN_FILENO, Terminal::of(STDERR_FILENO)).ask("The one-time code that your office gave you:");
  if (!typed) return typed.fault();
  return sync::read_enrol_code(*typed);
}

Result<Enrolled> enrol_now(const Enrolment& wanted, const ProfileWorld& world) {
  asio::io_context io;
  std::optional<Result<Enrolled>> done;
  std::exception_ptr broken;
  const auto run = [&]() -> asio::awaitable<void> {
    Result<Enrolled> enrolled = co_await enrol(wanted, world);
    done.emplace(std::move(enrolled));
  };
  asio::co_spawn(io, run, [&](std::exception_ptr thrown) { broken = thrown; });
  io.run();
  if (broken) std::rethrow_exception(broken);
  return std::move(*done);
}

Result<std::chrono::minutes> minutes_of(const Call& call) {
  if (!call.has("for")) return keep_default;
  const std::string typed = call.option("for");
  int minutes = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), minutes);
  const bool number = error == std::errc() && end == typed.data() + typed.size();
  if (!number || minutes < 1 || std::chrono::minutes(minutes) > keep_time_max)
    return Fault(Fault::bad_value, "--for: 1 to 30 minutes");
  return std::chrono::minutes(minutes);
}

Result<Reply> enrol_device(DevicePlace& place, const Call& call) {
  if (!call.has("server")) return Fault(Fault::required, "--server HOST:PORT");
  const Result<Endpoint> server = read_endpoint(call.option("server"));
  if (!server) return server.fault();
  const Result<Secret> code = code_of(call);
  if (!code) return code.fault();
  const Result<Passphrase> passphrase = file_exists(place.place().database())
                                            ? place.ask_passphrase("Passphrase:")
                                            : place.ask_new_passphrase("A passphrase for this profile:");
  if (!passphrase) return passphrase.fault();
  const Result<Enrolled> enrolled =
      enrol_now({place.place(), *server, *code, *passphrase, call.has("again")}, place.world());
  if (!enrolled) return enrolled.fault();
  const Result<Secret> key = unlock(place.place(), *passphrase, place.world());
  if (!key) return key.fault();
  const Result<Kept> kept = keep_unlocked(place.keep_place(), *key, keep_default);
  if (!kept) return kept.fault();
  Reply reply{Json{{"worker", to_json(enrolled->welcome.worker)},
                   {"device", to_json(enrolled->welcome.device)},
                   {"role", enrolled->welcome.role},
                   {"name", enrolled->worker_name},
                   {"office", enrolled->office.name}}};
  reply.remark = "Enrolled, and unlocked for " + std::to_string(keep_default.count()) + " minutes. Next: caseload sync";
  return reply;
}

Result<Reply> unlock_profile(DevicePlace& place, const Call& call) {
  const Result<std::chrono::minutes> minutes = minutes_of(call);
  if (!minutes) return minutes.fault();
  const Result<Passphrase> passphrase = place.ask_passphrase("Passphrase:");
  if (!passphrase) return passphrase.fault();
  const Result<Secret> key = unlock(place.place(), *passphrase, place.world());
  if (!key) return key.fault();
  const Result<Kept> kept = keep_unlocked(place.keep_place(), *key, *minutes);
  if (!kept) return kept.fault();
  return Reply{Json{{"unlocked_minutes", minutes->count()},
                    {"kept_by", kept->keeper == Keeper::kernel ? "kernel" : "agent"}}};
}

Result<Reply> lock_profile(DevicePlace& place, const Call&) {
  forget(place.keep_place());
  return Reply{Json{{"locked", true}}};
}

Result<Reply> change(DevicePlace& place, const Call& call) {
  const Result<Passphrase> former = place.ask_passphrase("The passphrase until now:");
  if (!former) return former.fault();
  const PassphraseSource of_new{call.option("new-passphrase-file")};
  const Result<Passphrase> wanted = of_new.given() ? DevicePlace(place.place(), of_new).ask_passphrase("")
                                                   : DevicePlace(place.place(), {}).ask_new_passphrase("The new one:");
  if (!wanted) return wanted.fault();
  const bool compromised = call.has("compromised");
  if (compromised) forget(place.keep_place());
  if (Result<void> done = change_passphrase(place.place(), {*former, *wanted, compromised}, place.world()); !done)
    return done.fault();
  Reply reply{Json{{"changed", true}, {"new_key", compromised}}};
  if (compromised)
    reply.remark = "Whoever has an older copy of this profile and the former passphrase can still read that copy.";
  return reply;
}

// Two halves: what the organisation is sent, and what it answered.
Result<Reply> recover_profile(DevicePlace& place, const Call& call) {
  if (call.has("request-out")) {
    const Result<Bytes> request = recovery_request(place.place());
    if (!request) return request.fault();
    const std::string path = call.option("request-out");
    if (file_exists(path)) return Fault(Fault::already_there, "a file of that name");
    replace_file(path, *request);
    return Reply{Json{{"request", path}}};
  }
  if (!call.has("answer-file")) return Fault(Fault::required, "--request-out FILE, or --answer-file FILE");
  Result<Bytes> file = read_file(call.option("answer-file"), answer_file_bytes_max);
  if (!file) return file.fault();
  const Result<Bytes> answer = from_base32(as_text(*file).substr(0, as_text(*file).find('\n')));
  wipe(*file);
  if (!answer) return Fault(Fault::damaged, "the organisation's answer");
  const Result<Passphrase> wanted = place.ask_new_passphrase("A new passphrase:");
  if (!wanted) return wanted.fault();
  const Result<Secret> key = recover(place.place(), Secret::copy_of(*answer), *wanted, place.world());
  if (!key) return key.fault();
  return Reply{Json{{"recovered", true}}};
}

const std::array entries = {
    DeviceEntry{{"enrol",
                 "",
                 0,
                 0,
                 "joins this device to an office, with a one-time code",
                 {{"server", "HOST:PORT", "the office"}, {"code", "CODE", "asked for where it is not said"},
                  {"again", "", "this profile anew, as when a copy of it is at work; what it has not sent stays"}}},
                enrol_device},
    DeviceEntry{{"unlock",
                 "",
                 0,
                 0,
                 "opens the profile for some minutes",
                 {{"for", "MINUTES", "10, where nothing is said"}}},
                unlock_profile},
    DeviceEntry{{"lock", "", 0, 0, "closes it at once", {}}, lock_profile},
    DeviceEntry{{"passphrase",
                 "",
                 0,
                 0,
                 "changes the passphrase",
                 {{"compromised", "", "the former may be known to others: the database gets a new key"},
                  {"new-passphrase-file", "FILE", "its first line"}}},
                change},
    DeviceEntry{
        {"recover",
         "",
         0,
         0,
         "opens a profile whose passphrase is lost, with the organisation's help",
         {{"request-out", "FILE", "what the organisation is sent"}, {"answer-file", "FILE", "what it answered"}}},
        recover_profile},
};

}  // namespace

std::span<const DeviceEntry> profile_commands() { return entries; }

}  // namespace caseload::client
