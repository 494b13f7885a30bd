#pragma once

#include <fstream>

#include "client/keys/key_file.h"
#include "tests/support/temp_folder.h"

namespace caseload::client {

// All that a key file works with, cheap enough to open by the thousand.
struct Parts {
  Secret device_secret = Secret::copy_of(Bytes(32, 'd'));
  ManualClock clock{from_milliseconds(1'795'000'000'000)};
  SeededRandom random{7};
  SealingKey organisation = *SealingKey::from_bytes(Secret::copy_of(Bytes(32, 'o')));

  KeySetting setting_in(const std::string& folder) {
    return {.folder = folder,
            .device_secret = device_secret,
            .clock = clock,
            .random = random,
            .log2_n = key_cost_log2_n_tests,
            .log2_n_min = key_cost_log2_n_tests};
  }
};

// The same with a folder for a profile.
struct Bench : Parts {
  TempFolder folder{};

  KeySetting setting() { return setting_in(folder.path()); }
  Secret create(std::string_view passphrase);  // gives the database key
  Result<Unlocked> unlock(std::string_view passphrase);
};

// Puts bytes there at once: tests that spoil a file a thousand times need not wait for the disk.
inline void overwrite(const std::string& path, BytesView content) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(content.data()),
                                              static_cast<std::streamsize>(content.size()));
}

inline Passphrase typed(std::string_view text) {
  Result<Passphrase> passphrase = Passphrase::read(as_bytes(text));
  CHECK(passphrase.ok(), "a passphrase of a test is text");
  return *std::move(passphrase);
}

inline Secret Bench::create(std::string_view passphrase) {
  Result<Unlocked> made = KeyFile::create(setting(), typed(passphrase), organisation.public_key());
  CHECK(made.ok(), "a key file can be made in a fresh folder");
  return std::move(made->key);
}

inline Result<Unlocked> Bench::unlock(std::string_view passphrase) {
  Result<KeyFile> file = KeyFile::open(setting());
  if (!file) return file.fault();
  return file->unlock(typed(passphrase));
}

template <class T>
std::string outcome(const Result<T>& result) {
  return result ? "done" : std::string(result.fault().name());
}

// An open key file, and what it gave. Requires that the passphrase opens it.
struct Open {
  KeyFile file;
  Unlocked held;
};

inline Open unlocked(Bench& bench, std::string_view passphrase) {
  Result<KeyFile> file = KeyFile::open(bench.setting());
  CHECK(file.ok(), "the key file of a test opens");
  Result<Unlocked> held = file->unlock(typed(passphrase));
  CHECK(held.ok(), "so does its passphrase");
  return {std::move(*file), std::move(*held)};
}

inline constexpr std::string_view first_phrase = "four cats on a wet roof";
inline constexpr std::string_view second_phrase = "eleven spoons and no soup";
inline constexpr std::string_view wrong_phrase = "neither of the two, sadly";

}  // namespace caseload::client
