#include "common/crypto/remembered.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

class Counting : public SignatureChecker {
 public:
  Result<void> verify(const PublicKey& key, BytesView message, const Signature& signature) const override {
    ++asked;
    return checker.verify(key, message, signature);
  }
  Ed25519Checker checker;
  mutable int asked = 0;
};

}  // namespace

TEST_CASE("what held is not checked again, and whatever differs from it is") {
  SeededRandom random(1);
  const SigningKey key = SigningKey::generate(random);
  const SigningKey other = SigningKey::generate(random);
  const Bytes message{1, 2, 3};
  const Signature good = key.sign(message);
  Counting counting;
  const RememberingChecker checker(counting);
  for (int i = 0; i < 3; ++i) CHECK(checker.verify(key.public_key(), message, good).ok());
  CHECK(counting.asked == 1);

  Signature bad = good;
  bad[0] ^= 1;
  CHECK_FALSE(checker.verify(key.public_key(), message, bad).ok());
  CHECK_FALSE(checker.verify(key.public_key(), message, bad).ok());  // what failed is not remembered
  CHECK_FALSE(checker.verify(other.public_key(), message, good).ok());
  CHECK_FALSE(checker.verify(key.public_key(), Bytes{1, 2}, good).ok());
  CHECK_FALSE(checker.verify(key.public_key(), Bytes{1, 2, 3, 0}, good).ok());
  CHECK(counting.asked == 6);
  CHECK(checker.verify(key.public_key(), message, good).ok());
  CHECK(counting.asked == 6);
}
