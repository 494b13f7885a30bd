#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <unistd.h>

#include "common/base/durable_file.h"
#include "common/crypto/recovery.h"
#include "common/program/terminal.h"
#include "common/sqlite/startup.h"
#include "server/admin/admin.h"
#include "server/admin/control.h"
#include "server/backup/kept_apart.h"
#include "server/backup/restore.h"
#include "server/main/serve.h"

namespace caseload::server {
namespace {

const CommandShape init_command{
    "init",
    "",
    0,
    0,
    "founds an office: keys, authority, ledger, an empty store",
    {{"name", "NAME", "of the office"},
     {"store", "PLACE", "sqlite, in the data folder (default), or postgresql://…"},
     {"founder", "NAME", "who administers it first"},
     {"recovery-out", "FILE", "the organisation's recovery key: written here and to nowhere else"}}};
const CommandShape serve_command{"serve", "", 0, 0, "keeps the office open to its devices",
                                 {{"listen", "HOST:PORT", "where devices come"},
                                  {"http", "HOST:PORT", "health and metrics, on loopback; default: none"}}};

const CommandShape restore_command{"restore", "", 0, 0, "an office from its backup, in an empty data folder",
                                   {{"from", "DIR", "one backup"}, {"recovery-key", "FILE", "the organisation's"},
                                    {"store", "PLACE", "sqlite, in the data folder (default), or postgresql://…"},
                                    {"apart", "FILE", "what no backup undoes; default: kept-apart beside DIR"}}};

// Absolute, and without a stroke at its end: things are put beside it.
std::string plain_path(const std::string& typed) {
  const std::string path = std::filesystem::absolute(typed).lexically_normal().string();
  return path.size() > 1 && path.back() == '/' ? path.substr(0, path.size() - 1) : path;
}

constexpr std::size_t request_bytes_max = 4096;  // two sealed keys

const CommandShape recovery_command{
    "recovery answer", "REQUEST", 1, 1, "with the offline key: opens what a device's recover asked for",
    {{"recovery-key", "FILE", "the organisation's"}, {"out", "FILE", "the answer: the device's key itself"}}};

// Needs no office: it is done where the recovery key is, away from everything.
Result<Reply> answer_recovery(const Call& call) {
  for (const char* needed : {"recovery-key", "out"}) {
    if (!call.has(needed)) return Fault(Fault::required, std::string("--") + needed);
  }
  const Result<RecoveryKey> key = RecoveryKey::read(call.option("recovery-key"));
  if (!key) return key.fault();
  const Result<Bytes> request = read_file(call.arguments[0], request_bytes_max);
  if (!request) return request.fault();
  if (file_exists(call.option("out"))) return Fault(Fault::already_there, "a file of that name");
  const Result<Secret> answer = open_recovery(key->sealing, *request);
  if (!answer) return answer.fault();
  std::string text = to_base32(answer->view()) + "\n";
  replace_file(call.option("out"), as_bytes(text));
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  Reply reply{Json{{"answer", call.option("out")}}};
  reply.remark = "Whoever has this file and the device can open it. Hand it over in person, and destroy it.";
  return reply;
}

Result<Reply> init(const DataFolder& folder, const Call& call) {
  for (const char* needed : {"name", "recovery-out"}) {
    if (!call.has(needed)) return Fault(Fault::required, std::string("--") + needed);
  }
  if (folder.is_founded()) return Fault(Fault::already_there, "an office is founded in this folder");
  const Result<std::optional<PostgresPlace>> place = read_place(call.option("store"));
  if (!place) return place.fault();
  if (Result<void> made = folder.make(); !made) return made.fault();
  const SystemClock clock;
  SystemRandom random;
  const RecoveryKey recovery = RecoveryKey::generate(random);
  const Result<OfficeKeys> keys = OfficeKeys::generate(call.option("name"), recovery, clock.now(), random);
  if (!keys) return keys.fault();
  if (Result<void> written = recovery.write(call.option("recovery-out")); !written) return written.fault();
  if (*place) folder.keep_place(**place);
  {
    const Result<std::unique_ptr<ServerStore>> store = folder.open_store(keys->database);
    if (!store) return store.fault();
    if (!(*store)->devices().empty()) return Fault(Fault::already_there, "an office in that database");
    Office office(**store, *keys, clock, random);
    const Result<void> founded = office.found(call.has("founder") ? call.option("founder") : "The administrator");
    if (!founded) return founded.fault();
  }
  // Last: with its keys an office is founded, and without them nothing here is one.
  folder.keep_keys(*keys);
  Reply reply{Json{{"office", to_json(keys->device)},
                   {"log", to_json(keys->log)},
                   {"administrator", to_json(keys->administrator)}}};
  reply.remark = "Keep the recovery key offline, in two places; the server does not have it.";
  return reply;
}

Result<Reply> restore(const DataFolder& folder, const Call& call) {
  for (const char* needed : {"from", "recovery-key"}) {
    if (!call.has(needed)) return Fault(Fault::required, std::string("--") + needed);
  }
  const std::string from = plain_path(call.option("from"));
  const std::string apart = call.has("apart") ? call.option("apart")
                                              : kept_apart_path(std::filesystem::path(from).parent_path().string());
  const Result<std::optional<PostgresPlace>> place = read_place(call.option("store"));
  if (!place) return place.fault();
  const Result<RecoveryKey> recovery = RecoveryKey::read(call.option("recovery-key"));
  if (!recovery) return recovery.fault();
  const SystemClock clock;
  const Result<RestoreDone> done = restore_office({from, apart, *recovery, *place}, folder, clock);
  if (!done) return done.fault();
  Reply reply{Json{{"office", done->office},
                   {"log", to_json(done->manifest.log)},
                   {"kept_until", to_text(done->manifest.at)},
                   {"ledger_size", done->manifest.tree.size},
                   {"last_position", done->manifest.last_position},
                   {"restore_epoch", done->restore_epoch},
                   {"erased_again", done->erased_again}}};
  reply.remark =
      "Devices offer again what is missing, at their next contact. What administrators did since then is to be "
      "done again.";
  return reply;
}

Result<Reply> serve_office(const DataFolder& folder, const Call& call, bool json) {
  if (!call.has("listen")) return Fault(Fault::required, "--listen HOST:PORT");
  const Result<Endpoint> listen = read_endpoint(call.option("listen"));
  if (!listen) return listen.fault();
  std::optional<Endpoint> http;
  if (call.has("http")) {
    const Result<Endpoint> typed = read_endpoint(call.option("http"));
    if (!typed) return typed.fault();
    http = *typed;
  }
  const auto told = [&](std::uint16_t port, std::uint16_t http_port) {
    const auto at = [](const std::string& host, std::uint16_t number) { return host + ":" + std::to_string(number); };
    const std::string address = at(listen->host, port);
    Json said{{"listening", address}};
    if (http) said["http"] = at(http->host, http_port);
    std::cout << (json ? as_json(said) : "Open to devices at " + address) << std::endl;
  };
  const auto waits = [&] {
    std::cout << (json ? as_json(Json{{"waiting", true}})
                       : "Another server is at work on this store: this one waits for its place.")
              << std::endl;
  };
  const Result<void> served = serve(folder, {*listen, http, told, waits});
  if (!served) return served.fault();
  return Reply{Json("Closed.\n")};
}

// --data DIR, wherever it stands; else CASELOAD_DATA.
Result<std::string> take_data_folder(std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const bool joined = words[i].starts_with("--data=");
    if (words[i] != "--data" && !joined) continue;
    if (!joined && i + 1 == words.size()) return Fault(Fault::required, "--data DIR");
    const std::string folder = joined ? words[i].substr(7) : words[i + 1];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                words.begin() + static_cast<std::ptrdiff_t>(i + (joined ? 1 : 2)));
    return folder;
  }
  const char* set = std::getenv("CASELOAD_DATA");
  return std::string(set == nullptr ? "" : set);
}

// An office that nobody serves at this moment, opened for one command.
struct Opened {
  SystemClock clock;
  SystemRandom random;
  std::optional<OfficeKeys> keys;
  std::unique_ptr<ServerStore> store;
  std::optional<Office> office;
  std::optional<AdminPlace> place;
};

Result<AdminPlace*> open_here(const DataFolder& folder, Opened& opened) {
  Result<OfficeKeys> keys = folder.open_keys();
  if (!keys) return keys.fault();
  opened.keys.emplace(std::move(*keys));
  Result<std::unique_ptr<ServerStore>> store = folder.open_store(opened.keys->database);
  if (!store) return store.fault();
  opened.store = std::move(*store);
  opened.office.emplace(*opened.store, *opened.keys, opened.clock, opened.random);
  opened.place.emplace(AdminPlace{*opened.office, folder.path(), std::filesystem::current_path().string(),
                                  ::isatty(STDOUT_FILENO) == 1,
                                  [&opened](const AdminPlace::Act& act) { act(*opened.office); }});
  return &*opened.place;
}

bool is_ours(const std::vector<std::string>& words) {
  const auto first = std::ranges::find_if(words, [](const std::string& word) { return !word.starts_with("--"); });
  if (first == words.end()) return true;
  constexpr std::array<std::string_view, 6> ours = {"init", "serve", "recovery", "restore", "help", "completion"};
  return std::ranges::find(ours, *first) != ours.end();
}

int run_here(const DataFolder& folder, const std::vector<std::string>& words) {
  Opened opened;
  CommandProgram program = admin_program([&](const AdminEntry& entry, const Call& call) -> Result<Reply> {
    const Result<AdminPlace*> place = open_here(folder, opened);
    if (!place) return place.fault();
    return entry.beside ? run_beside(entry, call, **place, opened.store->reader()) : entry.run(**place, call);
  });
  program.table.commands.insert(program.table.commands.begin(),
                                {&init_command, &serve_command, &restore_command, &recovery_command});
  const auto administer = program.perform;
  program.perform = [&](const CommandShape& shape, const Call& call) -> Result<Reply> {
    if (&shape == &recovery_command) return answer_recovery(call);
    if (folder.path().empty()) return Fault(Fault::required, "--data DIR, or CASELOAD_DATA");
    if (&shape == &init_command) return init(folder, call);
    if (&shape == &restore_command) return restore(folder, call);
    if (&shape == &serve_command) return serve_office(folder, call, asks_for_json(words));
    return administer(shape, call);
  };
  return static_cast<int>(run(program, words, {std::cin, std::cout, std::cerr}));
}

int run_program(std::vector<std::string> words) {
  const Streams streams{std::cin, std::cout, std::cerr};
  const Result<std::string> data = take_data_folder(words);
  if (!data)
    return static_cast<int>(tell_fault(data.fault(), admin_words(data.fault()), asks_for_json(words), streams));
  const DataFolder folder(data->empty() ? "" : plain_path(*data));
  if (is_ours(words) || folder.path().empty()) return run_here(folder, words);
  const Result<ControlAnswer> answer = call_server(
      folder.control_socket(), {words, std::filesystem::current_path().string(), ::isatty(STDOUT_FILENO) == 1});
  if (!answer && answer.fault() == Fault::absent) return run_here(folder, words);
  if (!answer)
    return static_cast<int>(tell_fault(answer.fault(), admin_words(answer.fault()), asks_for_json(words), streams));
  std::cout << answer->out << std::flush;
  std::cerr << answer->err << std::flush;
  return answer->exit_code;
}

}  // namespace
}  // namespace caseload::server

int main(int count, char** words) {
  using namespace caseload;
  try {
    if (const Result<void> encrypted = require_sqlcipher(); !encrypted) {
      std::cerr << "This program was put together wrongly: its database would not be encrypted. Nothing was opened.\n";
      return static_cast<int>(ExitCode::world);
    }
    return server::run_program(std::vector<std::string>(words + 1, words + count));
  } catch (const Breakage& breakage) {
    std::cerr << "The disk, the memory or the network of this machine failed: " << breakage.what() << "\n"
              << "What was acknowledged before is safe.\n";
    return static_cast<int>(ExitCode::world);
  }
}
