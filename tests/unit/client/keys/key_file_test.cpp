#include "client/keys/key_file.h"

#include <algorithm>
#include <filesystem>

#include "client/keys/identity.h"
#include "client/keys/rekey.h"
#include "common/base/durable_file.h"
#include "common/crypto/hash.h"
#include "tests/unit/client/keys/bench.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
namespace fs = std::filesystem;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

bool holds(BytesView file, BytesView secret) {
  return std::search(file.begin(), file.end(), secret.begin(), secret.end()) != file.end();
}

}  // namespace

TEST_CASE("the passphrase opens, as often as it is typed, and gives the key that was made") {
  Bench bench;
  const Secret key = bench.create(first_phrase);
  CHECK(key.size() == 32);
  for (int i = 0; i < 3; ++i) {
    const Result<Unlocked> held = bench.unlock(first_phrase);
    REQUIRE(held.ok());
    CHECK(held->key.equals(key));
    CHECK(held->former.empty());
    CHECK(held->failed_tries == 0);
  }
  Bench another;
  another.random = SeededRandom(8);
  CHECK_FALSE(another.create(first_phrase).equals(key));
}

TEST_CASE("no other passphrase opens") {
  for (const std::string_view wrong : {wrong_phrase, std::string_view("Four cats on a wet roof"), std::string_view("x"),
                                       std::string_view("four cats on a wet roof ")}) {
    Bench bench;
    bench.create(first_phrase);
    CHECK(outcome(bench.unlock(wrong)) == "wrong_passphrase");
  }
}

TEST_CASE("a key file is made once, and where there is none, that is said") {
  Bench bench;
  CHECK(outcome(KeyFile::open(bench.setting())) == "absent");
  CHECK(outcome(KeyFile::recovery_request(bench.folder.path())) == "absent");
  const Secret key = bench.create(first_phrase);
  CHECK(outcome(KeyFile::create(bench.setting(), typed(second_phrase), bench.organisation.public_key())) == "already_there");
  fs::remove(bench.folder / "keys-1");
  CHECK(outcome(KeyFile::create(bench.setting(), typed(second_phrase), bench.organisation.public_key())) == "already_there");
  CHECK(bench.unlock(first_phrase)->key.equals(key));
  Bench other;
  CHECK(outcome(KeyFile::create(other.setting(), typed(first_phrase), SealingPublicKey{})) == "bad_key");
  CHECK_FALSE(copies_exist(other.folder.path()));
  CHECK(outcome(KeyFile::open(bench.setting_in(bench.folder / "none"))) == "absent");
}

TEST_CASE("two programs do not work with one key file at the same time") {
  Bench bench;
  bench.create(first_phrase);
  const Result<KeyFile> file = KeyFile::open(bench.setting());
  CHECK(outcome(KeyFile::open(bench.setting())) == "in_use");
}

TEST_CASE("a copy of the folder is useless without the device secret, whatever passphrase is known") {
  Bench bench;
  bench.create(first_phrase);
  bench.device_secret = Secret::copy_of(Bytes(32, 'e'));
  CHECK(outcome(bench.unlock(first_phrase)) == "device_factor");
  CHECK(outcome(bench.unlock(wrong_phrase)) == "device_factor");
  bench.device_secret = Secret::copy_of(Bytes(32, 'd'));
  CHECK(bench.unlock(first_phrase)->failed_tries == 0);
}

TEST_CASE("who makes a copied key file his own device's finds that the passphrase was never enough") {
  Bench bench;
  bench.create(first_phrase);
  const KeyRecord record = *load_for_recovery(bench.folder.path());
  bench.device_secret = Secret::copy_of(Bytes(32, 'e'));
  store_copies(bench.folder.path(), record, bench.device_secret);
  CHECK(outcome(bench.unlock(first_phrase)) == "wrong_passphrase");
}

TEST_CASE("failed tries are counted across programs, slow down, and are told at the next success until they are audited") {
  Bench bench;
  bench.create(first_phrase);
  for (int i = 0; i < 3; ++i) CHECK(outcome(bench.unlock(wrong_phrase)) == "wrong_passphrase");
  CHECK(outcome(bench.unlock(first_phrase)) == "try_later");
  bench.clock.advance(seconds(29));
  CHECK(outcome(bench.unlock(first_phrase)) == "try_later");
  CHECK(KeyFile::open(bench.setting())->wait() == seconds(1));
  bench.clock.advance(seconds(1));
  CHECK(outcome(bench.unlock(wrong_phrase)) == "wrong_passphrase");
  CHECK(KeyFile::open(bench.setting())->wait() == minutes(1));
  bench.clock.advance(minutes(1));
  CHECK(bench.unlock(first_phrase)->failed_tries == 4);
  CHECK(KeyFile::open(bench.setting())->wait() == seconds(0));
  CHECK(outcome(bench.unlock(wrong_phrase)) == "wrong_passphrase");
  Open open = unlocked(bench, first_phrase);
  CHECK(open.held.failed_tries == 5);
  open.file.audited();
  const std::uint64_t generation = open.file.generation();
  open.file.audited();
  CHECK(open.file.generation() == generation);
  CHECK(open.file.unlock(typed(first_phrase))->failed_tries == 0);
}

TEST_CASE("clocks that were set help nobody to guess, and keep nobody out for longer than a quarter of an hour") {
  Bench bench;
  bench.create(first_phrase);
  for (int i = 0; i < 3; ++i) CHECK(outcome(bench.unlock(wrong_phrase)) == "wrong_passphrase");
  bench.clock.set(from_milliseconds(4'000'000'000'000));  // far ahead
  CHECK(outcome(bench.unlock(first_phrase)) == "try_later");
  bench.clock.set(from_milliseconds(0));  // 1970
  CHECK(outcome(bench.unlock(first_phrase)) == "try_later");
  bench.clock.advance(seconds(30));
  CHECK(outcome(bench.unlock(wrong_phrase)) == "wrong_passphrase");
  ManualClock restarted(from_milliseconds(-1'000'000'000'000));  // and its battery is empty
  KeySetting setting{.folder = bench.folder.path(), .device_secret = bench.device_secret, .clock = restarted,
                     .random = bench.random, .log2_n = key_cost_log2_n_tests, .log2_n_min = key_cost_log2_n_tests};
  CHECK(outcome(KeyFile::open(setting)->unlock(typed(first_phrase))) == "try_later");
  restarted.advance(minutes(1));
  CHECK(outcome(KeyFile::open(setting)->unlock(typed(first_phrase))) == "done");
}

TEST_CASE("after a change only the new passphrase opens, to the same key") {
  Bench bench;
  const Secret key = bench.create(first_phrase);
  {
    Open open = unlocked(bench, first_phrase);
    REQUIRE(open.file.change_passphrase(open.held, typed(second_phrase)).ok());
  }
  CHECK(outcome(bench.unlock(first_phrase)) == "wrong_passphrase");
  CHECK(bench.unlock(second_phrase)->key.equals(key));
}

TEST_CASE("nobody changes anything with another key than this file's") {
  Bench bench;
  bench.create(first_phrase);
  Result<KeyFile> file = KeyFile::open(bench.setting());
  const std::uint64_t generation = file->generation();
  for (const std::size_t size : {0U, 31U, 32U, 64U}) {
    const Unlocked other{.key = Secret::copy_of(Bytes(size, 'k'))};
    CHECK(outcome(file->change_passphrase(other, typed(second_phrase))) == "wrong_key");
    CHECK(outcome(file->change_recovery_key(other, bench.organisation.public_key())) == "wrong_key");
    CHECK(outcome(file->begin_rekey(other, typed(second_phrase))) == "wrong_key");
    CHECK(outcome(file->finish_rekey(other)) == "wrong_key");
  }
  CHECK(file->generation() == generation);
}

TEST_CASE("a new database key and the former one are both there until the database is carried over") {
  Bench bench;
  const Secret first = bench.create(first_phrase);
  Secret second;
  {
    Open open = unlocked(bench, first_phrase);
    const Result<Unlocked> both = open.file.begin_rekey(open.held, typed(second_phrase));
    REQUIRE(both.ok());
    CHECK(both->former.equals(first));
    CHECK_FALSE(both->key.equals(first));
    second = both->key.clone();
    CHECK(outcome(open.file.begin_rekey(*both, typed(first_phrase))) == "in_use");
  }
  CHECK(outcome(bench.unlock(first_phrase)) == "wrong_passphrase");
  {
    Open open = unlocked(bench, second_phrase);
    CHECK(open.held.key.equals(second));
    CHECK(open.held.former.equals(first));
    REQUIRE(open.file.change_passphrase(open.held, typed(first_phrase)).ok());  // meanwhile, too
  }
  Open open = unlocked(bench, first_phrase);
  CHECK(open.held.former.equals(first));
  REQUIRE(open.file.finish_rekey(open.held).ok());
  const Result<Unlocked> held = open.file.unlock(typed(first_phrase));
  CHECK(held->key.equals(second));
  CHECK(held->former.empty());
  const Result<Secret> answer = open_recovery(bench.organisation, *KeyFile::recovery_request(bench.folder.path()));
  CHECK(answer->equals(second));  // the former one is in nothing any more
}

TEST_CASE("identity and key file are carried to the new key, and it does no harm to try again") {
  Bench bench;
  const Secret first = bench.create(first_phrase);
  const UnderTheKey files{.database = bench.folder / "none.db", .identity = bench.folder / "identity"};
  const Identity identity{SigningKey::generate(bench.random), SigningKey::generate(bench.random)};
  save_identity(files.identity, identity, first, bench.random);
  Open open = unlocked(bench, first_phrase);
  CHECK(carry_over(open.file, open.held, files, bench.random).ok());
  CHECK(load_identity(files.identity, first).ok());
  const Result<Unlocked> both = open.file.begin_rekey(open.held, typed(second_phrase));
  CHECK(carry_over(open.file, *both, files, bench.random).ok());
  CHECK(outcome(load_identity(files.identity, first)) == "wrong_key");
  CHECK(load_identity(files.identity, both->key)->signing.public_key() == identity.signing.public_key());
  CHECK(outcome(carry_over(open.file, *both, files, bench.random)) == "wrong_key");  // there is no former key now
  const Result<Unlocked> after = open.file.unlock(typed(second_phrase));
  CHECK(carry_over(open.file, *after, files, bench.random).ok());
}

TEST_CASE("a copy with any byte changed is mended from the other one, whichever it is") {
  for (const auto& [spoilt, kept] : {std::pair("keys-1", "keys-2"), std::pair("keys-2", "keys-1")}) {
    Bench bench;
    bench.create(first_phrase);
    const Bytes whole = *read_file(bench.folder / kept, 5000);
    for (std::size_t byte = 0; byte < whole.size(); ++byte) {  // that any bit is noticed: key_record_test
      Bytes flipped = whole;
      flipped[byte] ^= static_cast<std::uint8_t>(1U << byte % 8);
      overwrite(bench.folder / spoilt, flipped);
      REQUIRE(KeyFile::open(bench.setting()).ok());
      REQUIRE(*read_file(bench.folder / spoilt, 5000) == whole);
    }
    fs::remove(bench.folder / spoilt);
    REQUIRE(KeyFile::open(bench.setting()).ok());
    fs::remove(bench.folder / spoilt);
    fs::create_symlink(bench.folder / "nowhere", bench.folder / spoilt);
    REQUIRE(KeyFile::open(bench.setting()).ok());
    replace_file(bench.folder / spoilt, Bytes(100'000, 'x'));
    REQUIRE(KeyFile::open(bench.setting()).ok());
    CHECK(*read_file(bench.folder / spoilt, 5000) == whole);
  }
}

TEST_CASE("an older copy beside a newer one is no way back to an older passphrase") {
  for (const char* older : {"keys-1", "keys-2"}) {
    Bench bench;
    bench.create(first_phrase);
    const Bytes old = *read_file(bench.folder / older, 5000);
    {
      Open open = unlocked(bench, first_phrase);
      REQUIRE(open.file.change_passphrase(open.held, typed(second_phrase)).ok());
    }
    replace_file(bench.folder / older, old);
    CHECK(outcome(bench.unlock(first_phrase)) == "wrong_passphrase");
    CHECK(bench.unlock(second_phrase).ok());
    CHECK(*read_file(bench.folder / older, 5000) != old);
  }
}

TEST_CASE("when both copies are unusable, the worst of it is said, and nothing is touched") {
  struct Row {
    const char* first;
    const char* second;
    const char* outcome;
  };
  const Row rows[] = {{"damaged", "damaged", "damaged"},      {"damaged", "absent", "damaged"}, {"absent", "damaged", "damaged"},
                      {"absent", "absent", "absent"},         {"newer", "whole", "newer_format"}, {"whole", "newer", "newer_format"},
                      {"newer", "damaged", "newer_format"},   {"other", "damaged", "device_factor"},
                      {"damaged", "other", "device_factor"},  {"absent", "other", "device_factor"},
                      {"newer", "other", "newer_format"},     {"whole", "other", "done"}};
  for (const Row& row : rows) {
    CAPTURE(row.first);
    CAPTURE(row.second);
    Bench bench;
    bench.create(first_phrase);
    const Bytes whole = *read_file(bench.folder / "keys-1", 5000);
    const auto spoil = [&](const std::string& path, std::string_view how) {
      Bytes bytes = whole;
      if (how == "damaged") bytes[20] ^= 1;
      if (how == "other") bytes = encode_record(*decode_record(whole, nullptr), Secret::copy_of(Bytes(32, 'e')));
      if (how == "newer") bytes[8] = 2;
      bytes.resize(bytes.size() - 32);
      append(bytes, how == "damaged" ? Digest{} : sha256(bytes));
      replace_file(path, bytes);
      if (how == "absent") fs::remove(path);
      return bytes;
    };
    const Bytes first = spoil(bench.folder / "keys-1", row.first);
    const Bytes second = spoil(bench.folder / "keys-2", row.second);
    CHECK(outcome(KeyFile::open(bench.setting())) == row.outcome);
    if (std::string_view(row.outcome) == "done") continue;
    if (std::string_view(row.first) != "absent") CHECK(*read_file(bench.folder / "keys-1", 5000) == first);
    if (std::string_view(row.second) != "absent") CHECK(*read_file(bench.folder / "keys-2", 5000) == second);
  }
}

TEST_CASE("a key that is too cheap to guess for is refused, and a later change makes it dear") {
  Bench bench;
  bench.create(first_phrase);
  KeySetting dear = bench.setting();
  dear.log2_n_min = 11;
  CHECK(outcome(KeyFile::open(dear)) == "bad_value");
  dear.log2_n_min = 10;
  dear.log2_n = 11;
  {
    Result<KeyFile> file = KeyFile::open(dear);
    const Result<Unlocked> held = file->unlock(typed(first_phrase));
    REQUIRE(file->change_passphrase(*held, typed(first_phrase)).ok());
  }
  dear.log2_n_min = 11;
  CHECK(KeyFile::open(dear)->unlock(typed(first_phrase)).ok());
}

TEST_CASE("what people get, unless they are tests, costs what it should") {
  Bench bench;
  const KeySetting usual{.folder = bench.folder.path(), .device_secret = bench.device_secret, .clock = bench.clock, .random = bench.random};
  REQUIRE(KeyFile::create(usual, typed(first_phrase), bench.organisation.public_key()).ok());
  CHECK(load_for_recovery(bench.folder.path())->log2_n == 17);
  CHECK(KeyFile::open(usual)->unlock(typed(first_phrase)).ok());
}

TEST_CASE("neither passphrases nor keys are in any file of the folder, in any form, through a whole life") {
  Bench bench;
  const Secret first = bench.create(first_phrase);
  Secret second;
  {
    static_cast<void>(bench.unlock(wrong_phrase));
    Open open = unlocked(bench, first_phrase);
    save_identity(bench.folder / "identity", {SigningKey::generate(bench.random), SigningKey::generate(bench.random)}, first, bench.random);
    Result<Unlocked> both = open.file.begin_rekey(open.held, typed(second_phrase));
    second = both->key.clone();
  }
  std::size_t files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(bench.folder.path())) {
    ++files;
    const Bytes content = *read_file(entry.path(), 100'000);
    for (const BytesView secret : {first.view(), second.view(), bench.device_secret.view()}) {
      CHECK_FALSE(holds(content, secret.first(8)));
      CHECK_FALSE(holds(content, as_bytes(to_hex(secret.first(8)))));
    }
    for (const std::string_view text : {first_phrase, second_phrase, wrong_phrase}) CHECK_FALSE(holds(content, as_bytes(text.substr(0, 8))));
    if (content.empty()) continue;
    CHECK(fs::status(entry.path()).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  }
  CHECK(files == 4);  // two copies, the lock, the identity
}
