#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/base/random.h"
#include "common/base/secret.h"

namespace caseload::client {

inline constexpr std::size_t passphrase_bytes_max = 1024;      // more than anybody types
inline constexpr std::size_t passphrase_characters_min = 15;   // NIST SP 800-63B for a secret that stands alone
inline constexpr std::size_t passphrase_pieces_min = 10;       // of them, what is left when the guessable counts as one
inline constexpr double generated_bits = 63.2;                 // five words of (16 x 5)^2

// Passphrase: what a person typed, in the one form in which it is compared.
//
// Shape    checked text in Unicode's composed form, so that two keyboards that spell a letter differently
//          give one key.
// Errors   read(): bad_value: empty; too_large; text_encoding, text_control, text_marks.
// Attacker who reads the memory of a program that is setting or asking for one may find it; not later, except
//          letters beyond ASCII, which composing leaves behind in freed memory until the program ends.
class Passphrase {
 public:
  static Result<Passphrase> read(BytesView typed);

  const Secret& bytes() const { return bytes_; }

 private:
  explicit Passphrase(Secret bytes) : bytes_(std::move(bytes)) {}

  Secret bytes_;
};

// Whether it may protect people's data: long, and not made of what is tried first. No rules about digits and
// signs.
//
// Shape    each common word, given name, year, run along alphabet or keyboard and repetition counts as one
//          piece, and so does each other letter; spaces and hyphens count as nothing. `names` are those of
//          the person, the organisation and the machine.
// Errors   weak_passphrase, with the reason.
// Source   NIST SP 800-63B, 3.1.1.2.
Result<void> check_new_passphrase(const Passphrase& passphrase, std::span<const std::string> names);

// What a person reads before choosing one.
std::string_view passphrase_advice();

// Five words that can be spoken, such as "tiko-fame-ludo-ravi-sebu", of generated_bits of chance.
Passphrase generate_passphrase(Random& random);

}  // namespace caseload::client
