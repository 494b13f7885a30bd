#include "common/codec/codec.h"

#include <limits>
#include <optional>
#include <variant>

#include "common/base/id.h"
#include "common/base/random.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

enum class Colour : std::uint8_t { red = 1, green = 2 };
constexpr bool is_listed(Colour c) { return c == Colour::red || c == Colour::green; }

struct Leaf {
  std::string name;
  std::int32_t number = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, number);
  }
  friend bool operator==(const Leaf&, const Leaf&) = default;
};

struct Everything {
  Colour colour = Colour::red;
  bool flag = false;
  std::uint64_t large = 0;
  std::int64_t negative = 0;
  Bytes bytes;
  ByteArray<4> fixed{};
  std::optional<std::string> maybe;
  std::variant<std::int64_t, std::string> choice;
  std::vector<Leaf> leaves;
  std::map<std::uint16_t, Leaf> by_number;
  Id id;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(listed(colour), flag, large, negative, bytes, fixed, maybe, choice, leaves, by_number, id);
  }
  friend bool operator==(const Everything&, const Everything&) = default;
};

struct Deep {
  std::vector<Deep> inner;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(inner);
  }
};

Everything sample(SeededRandom& random) {
  Everything value;
  value.colour = random.chance(1, 2) ? Colour::red : Colour::green;
  value.flag = random.chance(1, 2);
  value.large = random.next() >> random.below(64);
  value.negative = static_cast<std::int64_t>(random.next()) >> random.below(64);
  value.bytes.resize(random.below(20), 7);
  value.fixed = random.bytes<4>();
  if (random.chance(1, 2)) value.maybe = "maybe";
  if (random.chance(1, 2)) value.choice = std::string("word");
  else value.choice = static_cast<std::int64_t>(random.below(1000)) - 500;
  for (std::uint64_t i = random.below(4); i > 0; --i) value.leaves.push_back({"leaf", static_cast<std::int32_t>(i) - 2});
  for (std::uint64_t i = random.below(4); i > 0; --i) value.by_number[static_cast<std::uint16_t>(random.below(70))] = {"m", 1};
  value.id = Id::make(random.below(1U << 20), random);
  return value;
}

template <class T>
Fault refusal(std::initializer_list<int> bytes) {
  Bytes given;
  for (const int byte : bytes) given.push_back(static_cast<std::uint8_t>(byte));
  const Result<T> decoded = decode<T>(given);
  REQUIRE_FALSE(decoded.ok());
  return decoded.fault();
}

}  // namespace

TEST_CASE("values come back as they were") {
  SeededRandom random(11);
  for (int i = 0; i < 500; ++i) {
    const Everything value = sample(random);
    const Result<Everything> back = decode<Everything>(encode(value));
    REQUIRE(back.ok());
    CHECK(*back == value);
  }
}

TEST_CASE("numbers take as few bytes as they can") {
  CHECK(to_hex(encode(std::uint32_t{0})) == "00");
  CHECK(to_hex(encode(std::uint32_t{127})) == "7f");
  CHECK(to_hex(encode(std::uint32_t{128})) == "8001");
  CHECK(to_hex(encode(std::int32_t{-1})) == "01");
  CHECK(to_hex(encode(std::int32_t{1})) == "02");
  CHECK(to_hex(encode(std::numeric_limits<std::uint64_t>::max())) == "ffffffffffffffffff01");
  CHECK(*decode<std::int64_t>(encode(std::numeric_limits<std::int64_t>::min())) == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("every form but the canonical one is refused, and told apart") {
  CHECK(refusal<std::uint32_t>({}) == Fault::truncated);
  CHECK(refusal<std::uint32_t>({0x80}) == Fault::truncated);
  CHECK(refusal<std::uint32_t>({0x80, 0x00}) == Fault::not_canonical);
  CHECK(refusal<std::uint32_t>({0xff, 0x80, 0x00}) == Fault::not_canonical);
  CHECK(refusal<std::uint32_t>({0x01, 0x00}) == Fault::trailing_bytes);
  CHECK(refusal<std::uint8_t>({0x80, 0x02}) == Fault::bad_value);
  CHECK(refusal<std::int8_t>({0x80, 0x02}) == Fault::bad_value);
  CHECK(refusal<std::uint64_t>({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}) == Fault::bad_value);
  CHECK(refusal<std::uint64_t>({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}) == Fault::bad_value);
  CHECK(refusal<bool>({0x02}) == Fault::bad_value);
  CHECK(refusal<std::string>({0x05, 'a'}) == Fault::truncated);
  CHECK(refusal<ByteArray<4>>({1, 2, 3}) == Fault::truncated);
  CHECK(refusal<std::optional<std::string>>({0x02, 0x00}) == Fault::bad_value);
  CHECK(refusal<std::variant<std::int64_t, std::string>>({0x04, 0x00}) == Fault::bad_value);
  CHECK(refusal<std::variant<std::int64_t, std::string>>({0x01, 0x00}) == Fault::bad_value);
  CHECK(refusal<std::map<std::uint8_t, std::uint8_t>>({0x02, 0x02, 0x00, 0x01, 0x00}) == Fault::not_canonical);
  CHECK(refusal<std::map<std::uint8_t, std::uint8_t>>({0x02, 0x01, 0x00, 0x01, 0x00}) == Fault::not_canonical);
}

TEST_CASE("an enumeration has only the numbers of its list") {
  for (int number = 0; number < 256; ++number) {
    const Bytes bytes = encode(static_cast<std::uint8_t>(number));
    const bool accepted = read_all(bytes, {}, [](Reader& reader) {
                            Colour colour{};
                            reader(listed(colour));
                            return colour;
                          }).ok();
    CHECK(accepted == (number == 1 || number == 2));
  }
}

TEST_CASE("a claim of many elements takes no memory") {
  CHECK(refusal<std::vector<std::string>>({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}) == Fault::truncated);
  CHECK(refusal<Bytes>({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}) == Fault::truncated);
  const Bytes many(1001, 0);
  Bytes claimed;
  Writer(claimed).varint(1000);
  append(claimed, BytesView(many).first(1000));
  CHECK(decode<std::vector<std::uint8_t>>(claimed).ok());
  CHECK(decode<std::vector<std::uint32_t>>(claimed, ReadLimits{.elements_max = 999}).fault() == Fault::too_many);
  CHECK(decode<std::vector<std::uint32_t>>(claimed, ReadLimits{.elements_max = 1000}).ok());
}

TEST_CASE("nesting has a bottom") {
  CHECK(decode<Deep>(Bytes(1, 0)).ok());
  Bytes nested(100000, 1);
  nested.back() = 0;
  CHECK(decode<Deep>(nested).fault() == Fault::too_deep);
}

TEST_CASE("a value cut anywhere is refused, and a value changed anywhere is refused or is another value in its one form") {
  SeededRandom random(12);
  for (int i = 0; i < 20; ++i) {
    const Bytes bytes = encode(sample(random));
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(decode<Everything>(BytesView(bytes).first(size)).ok());
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const int flip : {1, 2, 4, 0x40, 0x80, 0xff}) {
        Bytes changed = bytes;
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
        const Result<Everything> decoded = decode<Everything>(changed);
        if (decoded.ok() && encode(*decoded) != changed) FAIL_CHECK("two byte sequences for one value, byte " << at);
      }
    }
  }
}
