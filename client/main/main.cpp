#include <charconv>
#include <iostream>
#include <unistd.h>

#include "client/keys/agent.h"
#include "client/keys/hardening.h"
#include "client/main/device_place.h"
#include "common/sqlite/startup.h"

namespace caseload::client {
namespace {

struct Global {
  std::string home;
  PassphraseSource passphrase;
};

// Options that every command takes, wherever they stand before a "--".
Result<Global> take_global(std::vector<std::string>& words) {
  Global global;
  std::vector<std::string> left;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word = words[i];
    if (word == "--") {
      left.insert(left.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      break;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (name != "--home" && name != "--passphrase-file" && name != "--passphrase-fd") {
      left.push_back(word);
      continue;
    }
    if (equals == std::string::npos && i + 1 == words.size())
      return Fault(Fault::required, name + " and what follows it");
    const std::string value = equals == std::string::npos ? words[++i] : word.substr(equals + 1);
    if (name == "--home") global.home = value;
    if (name == "--passphrase-file") global.passphrase.file = value;
    if (name != "--passphrase-fd") continue;
    int descriptor = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), descriptor);
    if (error != std::errc() || end != value.data() + value.size() || descriptor < 0)
      return Fault(Fault::bad_value, "--passphrase-fd: a number");
    global.passphrase.descriptor = descriptor;
  }
  words = std::move(left);
  return global;
}

int run_program(std::vector<std::string> words) {
  const Terminal screen = Terminal::of(STDOUT_FILENO);
  const bool person = screen.is_terminal() && ::isatty(STDIN_FILENO) == 1;
  const Streams streams{std::cin, std::cout, std::cerr, &screen, person};
  const auto told = [&](const Fault& fault) {
    tell_fault(fault, tell_words(fault), asks_for_json(words), streams);
    return static_cast<int>(ExitCode::usage);
  };
  const Result<Global> global = take_global(words);
  if (!global) return told(global.fault());
  Result<ProfilePlace> profile = find_profile(global->home);
  if (!profile) return told(profile.fault());
  DevicePlace place(std::move(*profile), global->passphrase);
  place.tell = [json = asks_for_json(words)](const Json& value, const std::string& text) {
    std::cout << (json ? as_json(value) : text) << std::endl;
  };
  return static_cast<int>(run(device_program(place), words, streams));
}

int broken(const char* what) {
  std::cerr << what
            << "\nWhat was said to be saved before is safe; this was not saved.\nRun doctor; if it finds nothing, "
               "do it again.\n";
  return static_cast<int>(ExitCode::world);
}

}  // namespace
}  // namespace caseload::client

int main(int count, char** words) {
  using namespace caseload;
  try {
    client::harden_process();
    if (count == 2 && std::string_view(words[1]) == "agent") return client::run_agent(0);
    if (!require_sqlcipher())
      return client::broken("This program was put together wrongly: its database would not be encrypted.");
    return client::run_program(std::vector<std::string>(words + 1, words + count));
  } catch (const Breakage&) {
    return client::broken("The disk, the memory or the system of this machine failed.");
  }
}
