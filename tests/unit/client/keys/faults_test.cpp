// Every point at which the world can fail, over the key file, the device secret and the change of a database
// key.
#include <ctime>
#include <unistd.h>

#include "client/keys/device_secret.h"
#include "client/keys/identity.h"
#include "client/keys/rekey.h"
#include "common/base/durable_file.h"
#include "common/sqlite/migrate.h"
#include "tests/support/fault_sweep.h"
#include "tests/unit/client/keys/bench.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using faults::Acknowledge;
using faults::expect_no_loss;
using faults::ignoring_breakage;
using faults::in_child;
using faults::Numbers;
using faults::Scenario;

namespace {

constexpr int rows_kept = 20;
constexpr Migration table_of_notes[] = {{1, "001_first", "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT) STRICT;", "1"}};

Bytes the_key;  // of the database that a scenario prepared

std::string database_in(const std::string& folder) { return folder + "/case.db"; }
std::string identity_in(const std::string& folder) { return folder + "/identity"; }

void prepare_keys(const std::string& folder) {
  Parts parts;
  Result<Unlocked> made = KeyFile::create(parts.setting_in(folder), typed(first_phrase), parts.organisation.public_key());
  the_key = to_bytes(made->key.view());
}

// Notes in a database whose program died, so that they are only in its log; and an identity.
void prepare_all(const std::string& folder) {
  prepare_keys(folder);
  Parts parts;
  const Secret key = Secret::copy_of(the_key);
  save_identity(identity_in(folder), {SigningKey::generate(parts.random), SigningKey::generate(parts.random)}, key, parts.random);
  Numbers none;
  in_child([&](const Acknowledge&) {
    Result<Database> database = open_migrated(database_in(folder), key, table_of_notes);
    for (int i = 1; i <= rows_kept; ++i) {
      database->prepare("INSERT INTO note (id, body) VALUES (?, ?)").run(i, std::string(500, 'n'));
    }
    ::_exit(0);
  }, none);
}

Result<Unlocked> unlock_in(const std::string& folder, std::string_view passphrase) {
  Parts parts;
  Result<KeyFile> file = KeyFile::open(parts.setting_in(folder));
  if (!file) return file.fault();
  return file->unlock(typed(passphrase));
}

// Which passphrase opens, and that it gives the right key: what is wrong, or nothing.
std::string judge_opening(const std::string& folder, bool changed_for_sure) {
  const Result<Unlocked> by_new = unlock_in(folder, second_phrase);
  const Result<Unlocked> by_old = unlock_in(folder, first_phrase);
  if (by_new.ok() == by_old.ok()) return by_new.ok() ? "both open" : "neither opens: " + by_old.fault().to_string();
  if (changed_for_sure && !by_new) return "the old passphrase, though the new one was said to be in force";
  const Unlocked& held = by_new ? *by_new : *by_old;
  const Secret right = Secret::copy_of(the_key);
  if (!held.key.equals(right) && !held.former.equals(right)) return "not the key of the database";
  return {};
}

// One change of an unlocked key file, which acknowledges when it is done.
Scenario changing(std::string name, std::function<Result<void>(KeyFile&, const Unlocked&)> change) {
  const auto work = [change](const std::string& folder, const Acknowledge& acknowledge) {
    ignoring_breakage([&] {
      Parts parts;
      Result<KeyFile> file = KeyFile::open(parts.setting_in(folder));
      const Result<Unlocked> held = file->unlock(typed(first_phrase));
      if (held && change(*file, *held)) acknowledge(1);
    });
  };
  const auto judge = [](const std::string& folder, const Numbers& acknowledged) {
    return judge_opening(folder, acknowledged.contains(1));
  };
  return {std::move(name), prepare_keys, work, judge};
}

Scenario creating() {
  const auto work = [](const std::string& folder, const Acknowledge& acknowledge) {
    ignoring_breakage([&] {
      Parts parts;
      if (KeyFile::create(parts.setting_in(folder), typed(first_phrase), parts.organisation.public_key())) acknowledge(1);
    });
  };
  const auto judge = [](const std::string& folder, const Numbers& acknowledged) -> std::string {
    Result<Unlocked> held = unlock_in(folder, first_phrase);
    if (!held && held.fault() == Fault::absent && acknowledged.empty()) {
      prepare_keys(folder);
      held = unlock_in(folder, first_phrase);
    }
    if (!held) return "opening: " + held.fault().to_string();
    const Parts parts;
    const Result<Secret> answer = open_recovery(parts.organisation, *KeyFile::recovery_request(folder));
    return answer && answer->equals(held->key) ? "" : "the recovery gives another key";
  };
  return {"creating", [](const std::string&) {}, work, judge};
}

// A wrong try is evaluated only when it is counted; what was counted stays until it is in the audit.
Scenario failing() {
  const auto prepare = [](const std::string& folder) {
    prepare_keys(folder);
    static_cast<void>(unlock_in(folder, wrong_phrase));
  };
  const auto work = [](const std::string& folder, const Acknowledge& acknowledge) {
    ignoring_breakage([&] {
      const Result<Unlocked> held = unlock_in(folder, wrong_phrase);
      if (!held && held.fault() == Fault::wrong_passphrase) acknowledge(1);
    });
  };
  const auto judge = [](const std::string& folder, const Numbers& acknowledged) -> std::string {
    const Result<Unlocked> held = unlock_in(folder, first_phrase);
    if (!held) return "opening: " + held.fault().to_string();
    if (!held->key.equals(Secret::copy_of(the_key))) return "another key";
    const std::uint32_t least = acknowledged.empty() ? 1 : 2;
    return held->failed_tries >= least && held->failed_tries <= 2 ? "" : "a failed try was lost, or one made up";
  };
  return {"failing", prepare, work, judge};
}

Scenario auditing() {
  const auto prepare = [](const std::string& folder) {
    prepare_keys(folder);
    static_cast<void>(unlock_in(folder, wrong_phrase));
  };
  const auto work = [](const std::string& folder, const Acknowledge& acknowledge) {
    ignoring_breakage([&] {
      Parts parts;
      Result<KeyFile> file = KeyFile::open(parts.setting_in(folder));
      if (!file->unlock(typed(first_phrase))) return;
      acknowledge(1);
      file->audited();
      acknowledge(2);
    });
  };
  const auto judge = [](const std::string& folder, const Numbers& acknowledged) -> std::string {
    const Result<Unlocked> held = unlock_in(folder, first_phrase);
    if (!held) return "opening: " + held.fault().to_string();
    if (acknowledged.contains(2)) return held->failed_tries == 0 ? "" : "told again, though it was in the audit";
    if (!acknowledged.contains(1)) return held->failed_tries >= 1 ? "" : "a failed try was lost before anybody was told";
    return held->failed_tries <= 1 ? "" : "a failed try was made up";
  };
  return {"auditing", prepare, work, judge};
}

Scenario recovering() {
  const auto work = [](const std::string& folder, const Acknowledge& acknowledge) {
    ignoring_breakage([&] {
      Parts parts;
      if (KeyFile::recover(parts.setting_in(folder), Secret::copy_of(the_key), typed(second_phrase))) acknowledge(1);
    });
  };
  const auto judge = [](const std::string& folder, const Numbers& acknowledged) {
    return judge_opening(folder, acknowledged.contains(1));
  };
  return {"recovering", prepare_keys, work, judge};
}

std::string judge_carried(const std::string& folder, std::string_view passphrase) {
  Parts parts;
  Result<KeyFile> file = KeyFile::open(parts.setting_in(folder));
  const Result<Unlocked> held = file->unlock(typed(passphrase));
  if (!held) return "opening: " + held.fault().to_string();
  const bool was_begun = !held->key.equals(Secret::copy_of(the_key));
  const UnderTheKey files{database_in(folder), identity_in(folder)};
  const Result<void> carried = carry_over(*file, *held, files, parts.random);
  if (!carried) return "carrying over: " + carried.fault().to_string();
  if (!file->unlock(typed(passphrase))->former.empty()) return "the former key is still there";
  if (!load_identity(files.identity, held->key)) return "the identity does not open";
  Result<Database> database = Database::open(files.database, held->key);
  if (!database) return "the database: " + database.fault().to_string();
  if (!database->check()) return "the database is damaged";
  Statement count = database->prepare("SELECT count(*), sum(length(body)) FROM note");
  count.select();
  if (!count.step() || count.integer(0) != rows_kept || count.integer(1) != rows_kept * 500) return "notes are lost";
  return was_begun && file_exists(files.database + "-rekeying") ? "leftovers" : "";
}

Scenario compromised() {
  const auto work = [](const std::string& folder, const Acknowledge& acknowledge) {
    ignoring_breakage([&] {
      Parts parts;
      parts.random = SeededRandom(8);  // or the new key would be the old one
      Result<KeyFile> file = KeyFile::open(parts.setting_in(folder));
      const Result<Unlocked> held = file->unlock(typed(first_phrase));
      const Result<Unlocked> both = file->begin_rekey(*held, typed(second_phrase));
      if (!both) return;
      acknowledge(1);
      if (carry_over(*file, *both, {database_in(folder), identity_in(folder)}, parts.random)) acknowledge(2);
    });
  };
  const auto judge = [](const std::string& folder, const Numbers& acknowledged) -> std::string {
    const bool by_new = unlock_in(folder, second_phrase).ok();
    if (by_new == unlock_in(folder, first_phrase).ok()) return by_new ? "both open" : "neither opens";
    if (!by_new && acknowledged.contains(1)) return "the old passphrase, though the new one was said to be in force";
    if (acknowledged.contains(2) && Database::open(database_in(folder), Secret::copy_of(the_key))) return "still the former key";
    return judge_carried(folder, by_new ? second_phrase : first_phrase);
  };
  return {"compromised", prepare_all, work, judge};
}

Scenario making_device_secret() {
  const auto work = [](const std::string& folder, const Acknowledge& acknowledge) {
    ignoring_breakage([&] {
      SeededRandom random(3);
      const Result<Secret> made = make_device_secret(folder + "/device", random);
      if (made) acknowledge(made->view()[0]);
    });
  };
  const auto judge = [](const std::string& folder, const Numbers& acknowledged) -> std::string {
    Result<Secret> loaded = load_device_secret(folder + "/device");
    if (!loaded && acknowledged.empty() && loaded.fault() == Fault::device_factor) {
      SeededRandom random(3);
      loaded = make_device_secret(folder + "/device", random);
    }
    if (!loaded) return "loading: " + loaded.fault().to_string();
    return acknowledged.empty() || acknowledged.contains(loaded->view()[0]) ? "" : "another secret";
  };
  return {"making a device secret", [](const std::string&) {}, work, judge};
}

}  // namespace

TEST_CASE("a key file whose making fails anywhere is whole or not there") { expect_no_loss(creating()); }

TEST_CASE("a passphrase change that fails anywhere leaves the old or the new passphrase, and the right key") {
  expect_no_loss(changing("changing", [](KeyFile& file, const Unlocked& held) {
    return file.change_passphrase(held, typed(second_phrase));
  }));
  expect_no_loss(recovering());
}

TEST_CASE("a try that is cut short anywhere is counted, and the count stays until it is in the audit") {
  expect_no_loss(failing());
  expect_no_loss(auditing());
}

// A kill between evaluating and counting would be a free guess, and nothing but the time would tell.
TEST_CASE("a try that cannot be counted is not evaluated") {
  const auto milliseconds_of = [](const faults::Plan& plan) {
    const TempFolder folder;
    Numbers spent;
    in_child([&](const Acknowledge& acknowledge) {
      Parts parts;
      KeySetting usual = parts.setting_in(folder.path());
      usual.log2_n = key_cost_log2_n;
      static_cast<void>(KeyFile::create(usual, typed(first_phrase), parts.organisation.public_key()));
      Result<KeyFile> file = KeyFile::open(usual);
      faults::Plan here = plan;
      here.prefix = folder.path();
      faults::arm(here);
      const std::clock_t before = std::clock();
      ignoring_breakage([&] { static_cast<void>(file->unlock(typed(wrong_phrase))); });
      acknowledge(static_cast<int>((std::clock() - before) * 1000 / CLOCKS_PER_SEC));
    }, spent);
    REQUIRE(spent.size() == 1);
    return *spent.begin();
  };
  CHECK(milliseconds_of({.kind = faults::Kind::enospc, .nth = 1}) * 10 <= milliseconds_of({}));
}

TEST_CASE("a new database key whose making fails anywhere leaves every note readable, under one key or the other") {
  expect_no_loss(compromised());
}

TEST_CASE("a device secret whose making fails anywhere is whole or not there") { expect_no_loss(making_device_secret()); }
