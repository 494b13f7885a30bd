#include "client/keys/passphrase.h"

#include <cmath>
#include <set>

#include "tests/unit/client/keys/bench.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

const std::string names[] = {"Aroha Ngata-Price", "Northern Probation Office", "aroha@north.example", "x", "\xff"};

bool is_strong(std::string_view text) {
  const Result<void> checked = check_new_passphrase(typed(text), names);
  if (!checked) CHECK(checked.fault() == Fault::weak_passphrase);
  return checked.ok();
}

}  // namespace

TEST_CASE("what is long and not made of common things may protect people's data") {
  for (const char* text : {"four cats on a wet roof", "eleven spoons and no soup", "tiko-fame-ludo-ravi-sebu",
                           "kjhsdfiuwyerkjx", "viele kleine Mäuse husten", "тихо едет синий трактор",
                           "e toru ngā manu i te rākau", "猫が四匹濡れた屋根の上で鳴いている",
                           "my password is a door of glass", "summer rain on the tin shed"}) {
    CAPTURE(text);
    CHECK(is_strong(text));
  }
}

TEST_CASE("what is short, or made of what is tried first, may not") {
  for (const char* text : {
           "a", "fourteen chars", "kjhsdfiuwyerkj", "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
           "aaaaaaaaaaaaaaa", "passwordpassword", "Password1234567!", "PASSWORD-PASSWORD-1", "p-a-s-s-w-o-r-d",
           "123456789012345", "987654321098765", "abcdefghijklmnop", "ponmlkjihgfedcba", "qwertyuiopasdfgh",
           "poiuytrewqlkjhg", "abcabcabcabcabcabc", "xyxyxyxyxyxyxyxyxy", "horsehorsehorse1", "Summer2026Winter2027",
           "January1999February", "1987 2013 1964 2051", "Caseload-Manager-2026", "ArohaNgataPrice1", "aroha.ngata.price", "Ārōha Ngāta Price 1",
           "Northern Probation Office", "northern2026northern", "NorthernProbation12", "correct horse battery staple",
           "the quick brown fox", "iloveyouiloveyou", "               ", "- - - - - - - - - -", "monday tuesday wednesday",
           "football baseball 7", "ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ"}) {
    CAPTURE(text);
    CHECK_FALSE(is_strong(text));
  }
}

TEST_CASE("two keyboards that spell a letter differently give one passphrase") {
  CHECK(typed("ma\xcc\x84ori caf\x65\xcc\x81").bytes().equals(typed("m\xc4\x81ori caf\xc3\xa9").bytes()));
  CHECK_FALSE(typed("Maori").bytes().equals(typed("maori").bytes()));
  CHECK_FALSE(typed("a ").bytes().equals(typed("a").bytes()));
}

TEST_CASE("what cannot be a passphrase says why") {
  const std::pair<std::string, Fault::Code> rows[] = {
      {"", Fault::bad_value},          {"a\tb", Fault::text_control},          {"a\nb", Fault::text_control},
      {"\xff", Fault::text_encoding},  {"\xc0\xaf", Fault::text_encoding},     {std::string(1, '\0'), Fault::text_control},
      {std::string(1025, 'a'), Fault::too_large}};
  for (const auto& [text, code] : rows) {
    const Result<Passphrase> passphrase = Passphrase::read(as_bytes(text));
    REQUIRE_FALSE(passphrase.ok());
    CHECK(passphrase.fault().code() == code);
  }
  CHECK(Passphrase::read(as_bytes(std::string(1024, 'a'))).ok());
}

TEST_CASE("passphrases that are made hold as much chance as they are said to, and pass what others must pass") {
  SeededRandom random(3);
  std::set<std::string> seen;
  std::set<std::string> words;
  for (int i = 0; i < 3000; ++i) {
    const Passphrase made = generate_passphrase(random);
    const std::string text(as_text(made.bytes().view()));
    CHECK(text.size() == 24);
    CHECK(check_new_passphrase(made, names).ok());
    CHECK(seen.insert(text).second);
    for (std::size_t at = 0; at < text.size(); at += 5) words.insert(text.substr(at, 4));
  }
  CHECK(words.size() > 5700);  // of 6400: 15,000 draws leave a tenth of them out
  CHECK(words.size() <= 6400);
  CHECK(generated_bits >= 60);
  CHECK(std::abs(5 * std::log2(16.0 * 5 * 16 * 5) - generated_bits) < 0.1);
}

TEST_CASE("the advice asks for what the check asks for") {
  CHECK(passphrase_advice().find(std::to_string(passphrase_characters_min)) != std::string_view::npos);
}
