#include "client/keys/identity.h"

#include <algorithm>

#include "common/base/durable_file.h"
#include "common/crypto/hash.h"
#include "tests/unit/client/keys/bench.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

Secret key(std::uint8_t filled) { return Secret::copy_of(Bytes(32, filled)); }

std::string outcome(const std::string& path, const Secret& database_key) {
  const Result<Identity> identity = load_identity(path, database_key);
  return identity ? "an identity" : std::string(identity.fault().name());
}

struct Kept {
  TempFolder folder{};
  std::string path = folder / "identity";
  SeededRandom random{5};

  Identity keep(const Bytes& certificate) {
    Identity identity{SigningKey::generate(random), SigningKey::generate(random), certificate};
    save_identity(path, identity, key(1), random);
    return identity;
  }
};

}  // namespace

TEST_CASE("an unlocked device has its keys and its certificate as they were kept") {
  for (const std::size_t size : {0U, 450U, 4096U}) {
    Kept kept;
    const Identity identity = kept.keep(Bytes(size, 'c'));
    const Result<Identity> loaded = load_identity(kept.path, key(1));
    REQUIRE(loaded.ok());
    CHECK(loaded->signing.public_key() == identity.signing.public_key());
    CHECK(loaded->tls.public_key() == identity.tls.public_key());
    CHECK(loaded->certificate == identity.certificate);
    const Bytes message = to_bytes(as_bytes("caseload/test"));
    CHECK(Ed25519Checker().verify(identity.signing.public_key(), message, loaded->signing.sign(message)).ok());
  }
}

TEST_CASE("a locked device cannot sign, and neither can another person's key on the same machine") {
  Kept kept;
  kept.keep(Bytes(450, 'c'));
  CHECK(outcome(kept.path, key(2)) == "wrong_key");
  CHECK(outcome(kept.path, key(0)) == "wrong_key");
  CHECK(outcome(kept.folder / "none", key(1)) == "absent");
}

TEST_CASE("nothing of the keys can be seen in the file") {
  Kept kept;
  const Identity identity = kept.keep(Bytes(450, 'c'));
  const Bytes file = *read_file(kept.path, 10'000);
  for (const Secret& secret : {identity.signing.seed(), identity.tls.seed(), identity.signing.pkcs8(), key(1)}) {
    CHECK(std::search(file.begin(), file.end(), secret.view().begin(), secret.view().end()) == file.end());
  }
}

TEST_CASE("an identity with any bit changed or cut anywhere is damaged, and never another identity") {
  Kept kept;
  kept.keep({});
  const Bytes file = *read_file(kept.path, 10'000);
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    Bytes flipped = file;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    overwrite(kept.path, flipped);
    REQUIRE(outcome(kept.path, key(1)) == "damaged");
  }
  for (std::size_t size = 0; size < file.size(); ++size) {
    overwrite(kept.path, BytesView(file).first(size));
    REQUIRE(outcome(kept.path, key(1)) == "damaged");
  }
  overwrite(kept.path, Bytes(100'000, 'x'));
  CHECK(outcome(kept.path, key(1)) == "damaged");
}

TEST_CASE("an identity that was altered by somebody who knows the format does not open either") {
  Kept kept;
  kept.keep({});
  Bytes file = *read_file(kept.path, 10'000);
  const auto resealed = [&](std::size_t at, std::uint8_t value) {
    Bytes altered(file.begin(), file.end() - 32);
    altered[at] = value;
    append(altered, sha256(altered));
    overwrite(kept.path, altered);
    return outcome(kept.path, key(1));
  };
  CHECK(resealed(8, 2) == "newer_format");
  CHECK(resealed(8, 0) == "damaged");
  CHECK(resealed(0, 'I') == "damaged");
  CHECK(resealed(9, static_cast<std::uint8_t>(file[9] ^ 1U)) == "wrong_key");
  CHECK(resealed(40, static_cast<std::uint8_t>(file[40] ^ 1U)) == "wrong_key");
}
