#pragma once

#include <optional>

#include "client/cli/run.h"
#include "client/keys/keyring.h"
#include "client/profile/unlock.h"

namespace caseload::client {

// Where a passphrase comes from, where nobody is asked: the first line of a file, or of a descriptor that is open.
struct PassphraseSource {
  std::string file;
  std::optional<int> descriptor{};
  bool given() const { return !file.empty() || descriptor.has_value(); }
};

// DevicePlace: where the commands of the program work: a profile that is opened when one needs it.
//
// Shape    the key comes from --passphrase-file or --passphrase-fd, for this command alone, or from where `unlock`
//          left it.
// Errors   open(): locked: nobody unlocked it; those of unlock() and OpenProfile::open().
class DevicePlace {
 public:
  DevicePlace(ProfilePlace place, PassphraseSource passphrase)
      : place_(std::move(place)), passphrase_(std::move(passphrase)) {}

  const ProfilePlace& place() const { return place_; }
  ProfileWorld world() { return {clock_, random_}; }
  KeepPlace keep_place() const;

  // What a person typed, or what the source holds; asked twice where it is a new one. Faults: absent: nobody to ask.
  Result<Passphrase> ask_passphrase(std::string_view question) const;
  Result<Passphrase> ask_new_passphrase(std::string_view question) const;
  const PassphraseSource& passphrase() const { return passphrase_; }

  Result<Secret> key();
  Result<OpenProfile*> open();
  Result<OpenProfile*> open_with(const Secret& key);
  void close() { profile_.reset(); }
  Result<void> wipe(bool something_waits);  // as the office ordered; closes it first. Errors: those of wipe_profile()

  std::function<void(const Json& value, const std::string& text)> tell;  // what a command says while it goes on

 private:
  Result<Passphrase> from_source() const;

  ProfilePlace place_;
  PassphraseSource passphrase_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<OpenProfile> profile_;
};

// DeviceEntry: a command that works on the profile as a whole.
struct DeviceEntry : CommandShape {
  Result<Reply> (*run)(DevicePlace& place, const Call& call);
};
std::span<const DeviceEntry> profile_commands();
std::span<const DeviceEntry> sync_commands();
std::span<const DeviceEntry> upkeep_commands();
std::span<const DeviceEntry> page_commands();

CommandProgram device_program(DevicePlace& place);

}  // namespace caseload::client
