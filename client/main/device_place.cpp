#include "client/main/device_place.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "client/profile/wipe.h"
#include "common/program/prompt.h"

namespace caseload::client {

KeepPlace DevicePlace::keep_place() const {
  return {place_.home, place_.runtime, {"/proc/self/exe", "agent"}};
}

Result<Passphrase> DevicePlace::from_source() const {
  if (passphrase_.descriptor) {
    Result<Secret> line = read_secret_line(*passphrase_.descriptor);
    if (!line) return line.fault();
    return Passphrase::read(line->view());
  }
  const int file = ::open(passphrase_.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0) return Fault(Fault::absent, "the file of the passphrase");
  const Result<Secret> line = read_secret_line(file);
  static_cast<void>(::close(file));
  if (!line) return line.fault();
  return Passphrase::read(line->view());
}

Result<Passphrase> DevicePlace::ask_passphrase(std::string_view question) const {
  if (passphrase_.given()) return from_source();
  const Result<Secret> typed = Prompt(STDIN_FILENO, Terminal::of(STDERR_FILENO)).ask_hidden(question);
  if (!typed) return typed.fault();
  return Passphrase::read(typed->view());
}

Result<Passphrase> DevicePlace::ask_new_passphrase(std::string_view question) const {
  if (passphrase_.given()) return from_source();
  const Terminal terminal = Terminal::of(STDERR_FILENO);
  terminal.write(std::string(passphrase_advice()) + "\n");
  Result<Passphrase> first = ask_passphrase(question);
  if (!first) return first;
  const Result<Passphrase> second = ask_passphrase("The same again:");
  if (!second) return second.fault();
  if (!first->bytes().equals(second->bytes())) return Fault(Fault::bad_value, "the two were not the same");
  return first;
}

Result<Secret> DevicePlace::key() {
  if (!passphrase_.given()) return kept_key(keep_place());
  const Result<Passphrase> passphrase = from_source();
  if (!passphrase) return passphrase.fault();
  return unlock(place_, *passphrase, world());
}

Result<OpenProfile*> DevicePlace::open() {
  if (profile_) return profile_.get();
  const Result<Secret> key = this->key();
  if (!key) return key.fault();
  return open_with(*key);
}

Result<OpenProfile*> DevicePlace::open_with(const Secret& key) {
  Result<std::unique_ptr<OpenProfile>> profile = OpenProfile::open(place_, key, world());
  if (!profile) return profile.fault();
  profile_ = std::move(*profile);
  return profile_.get();
}

Result<void> DevicePlace::wipe(bool something_waits) {
  close();
  return wipe_profile({place_, keep_place(), something_waits}, world());
}

CommandProgram device_program(DevicePlace& place) {
  CommandProgram program = command_program(Catalogue::built_in(), [&place]() -> Result<Workplace*> {
    const Result<OpenProfile*> profile = place.open();
    if (!profile) return profile.fault();
    return &(*profile)->workplace();
  });
  static std::vector<const DeviceEntry*> ours;
  ours.clear();
  for (const std::span<const DeviceEntry> part : {profile_commands(), sync_commands(), page_commands(),
                                                  bundle_commands(), evidence_commands(), upkeep_commands()}) {
    for (const DeviceEntry& entry : part) ours.push_back(&entry);
  }
  program.table.commands.insert(program.table.commands.begin(), ours.begin(), ours.end());
  const auto casework = program.perform;
  program.perform = [casework, &place](const CommandShape& shape, const Call& call) -> Result<Reply> {
    for (const DeviceEntry* entry : ours) {
      if (entry == &shape) return entry->run(place, call);
    }
    return casework(shape, call);
  };
  return program;
}

}  // namespace caseload::client
