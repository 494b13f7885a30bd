#include "tests/unit/client/keys/bench.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

TEST_CASE("the organisation's answer opens a profile again, without passphrase and without device secret") {
  for (const bool rekeying : {false, true}) {
    Bench bench;
    Secret key = bench.create(first_phrase);
    if (rekeying) {
      Open open = unlocked(bench, first_phrase);
      key = std::move(open.file.begin_rekey(open.held, typed(first_phrase))->key);
    }
    for (int i = 0; i < 3; ++i) CHECK(outcome(bench.unlock(wrong_phrase)) == "wrong_passphrase");
    bench.device_secret = Secret::copy_of(Bytes(32, 'n'));
    const Result<Bytes> request = KeyFile::recovery_request(bench.folder.path());
    REQUIRE(request.ok());
    const Result<Secret> answer = open_recovery(bench.organisation, *request);
    REQUIRE(answer.ok());
    const Result<Unlocked> held = KeyFile::recover(bench.setting(), *answer, typed(second_phrase));
    REQUIRE(held.ok());
    CHECK(held->key.equals(key));
    CHECK(held->former.empty() == !rekeying);
    CHECK(held->failed_tries == 3);
    CHECK(outcome(bench.unlock(first_phrase)) == "wrong_passphrase");
    CHECK(bench.unlock(second_phrase)->key.equals(key));
  }
}

TEST_CASE("no other answer recovers, and it leaves everything as it was") {
  Bench bench;
  const Secret key = bench.create(first_phrase);
  for (const Secret& answer : {Secret(), Secret::copy_of(Bytes(31, 'k')), Secret::copy_of(Bytes(32, 'k')),
                               Secret::copy_of(Bytes(64, 'k')), Secret::copy_of(Bytes(33, 'k'))}) {
    CHECK(outcome(KeyFile::recover(bench.setting(), answer, typed(second_phrase))) == "wrong_key");
  }
  const SealingKey stranger = *SealingKey::from_bytes(Secret::copy_of(Bytes(32, 's')));
  const Bytes request = *KeyFile::recovery_request(bench.folder.path());
  CHECK(outcome(open_recovery(stranger, request)) == "bad_seal");
  CHECK(outcome(open_recovery(bench.organisation, BytesView(request).first(40))) == "truncated");
  CHECK(bench.unlock(first_phrase)->key.equals(key));
}

TEST_CASE("who puts his own recovery key into a file whose device secret is gone is found out at the recovery") {
  Bench bench;
  const Secret key = bench.create(first_phrase);
  KeyRecord record = *load_for_recovery(bench.folder.path());
  record.recovery_key = SealingKey::from_bytes(Secret::copy_of(Bytes(32, 's')))->public_key();
  store_copies(bench.folder.path(), record, bench.device_secret);
  CHECK(outcome(KeyFile::recover(bench.setting(), key, typed(second_phrase))) == "wrong_key");
}

TEST_CASE("when the organisation's recovery key is replaced, only the new one answers") {
  Bench bench;
  const Secret key = bench.create(first_phrase);
  const SealingKey next = *SealingKey::from_bytes(Secret::copy_of(Bytes(32, 'p')));
  {
    Open open = unlocked(bench, first_phrase);
    CHECK(outcome(open.file.change_recovery_key(open.held, SealingPublicKey{})) == "bad_key");
    REQUIRE(open.file.change_recovery_key(open.held, next.public_key()).ok());
  }
  const Bytes request = *KeyFile::recovery_request(bench.folder.path());
  CHECK(outcome(open_recovery(bench.organisation, request)) == "bad_seal");
  CHECK(open_recovery(next, request)->equals(key));
  CHECK(bench.unlock(first_phrase)->key.equals(key));
  CHECK(outcome(KeyFile::recover(bench.setting(), key, typed(second_phrase))) == "done");
}
