#include "common/codec/codec.h"

#include <optional>
#include <variant>

#include "common/base/id.h"
#include "tests/property/law.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

enum class Colour : std::uint8_t { red = 1, green = 2, blue = 7 };
constexpr bool is_listed(Colour c) { return c == Colour::red || c == Colour::green || c == Colour::blue; }

// Of everything that a message may hold, one.
struct Message {
  Colour colour = Colour::red;
  bool flag = false;
  std::uint64_t large = 0;
  std::int32_t small = 0;
  std::string text;
  Bytes bytes;
  ByteArray<3> fixed{};
  std::optional<std::uint16_t> maybe;
  std::variant<std::int64_t, std::string> choice;
  std::map<std::int8_t, std::string> by_number;
  std::vector<Message> inner;

  friend bool operator==(const Message&, const Message&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(listed(colour), flag, large, small, text, bytes, fixed, maybe, choice, by_number, inner);
  }
};

Message any_message(int depth) {
  using rc::gen::arbitrary;
  Message message;
  message.colour = *rc::gen::element(Colour::red, Colour::green, Colour::blue);
  message.flag = *arbitrary<bool>();
  message.large = *arbitrary<std::uint64_t>() >> *rc::gen::inRange(0, 64);
  message.small = *arbitrary<std::int32_t>();
  message.text = *arbitrary<std::string>();
  message.bytes = *arbitrary<Bytes>();
  message.fixed = *arbitrary<ByteArray<3>>();
  if (*arbitrary<bool>()) message.maybe = *arbitrary<std::uint16_t>();
  if (*arbitrary<bool>())
    message.choice = *arbitrary<std::string>();
  else
    message.choice = *arbitrary<std::int64_t>();
  message.by_number = *arbitrary<std::map<std::int8_t, std::string>>();
  for (int left = depth > 0 ? *rc::gen::inRange(0, 3) : 0; left > 0; --left)
    message.inner.push_back(any_message(depth - 1));
  return message;
}

// Accepted bytes are the one form of what they mean.
void accept_canonical_only(BytesView bytes) {
  const Result<Message> message = decode<Message>(bytes);
  if (message.ok()) RC_ASSERT(encode(*message) == to_bytes(bytes));
}

}  // namespace

TEST_CASE("what was encoded decodes to itself") {
  CHECK(holds("decode after encode", [] {
    const Message message = any_message(2);
    RC_ASSERT(decode<Message>(encode(message)).value() == message);
  }));
}

TEST_CASE("bytes of nobody's making are refused, or are the one form of a value") {
  CHECK(holds("encode after decode", [](const Bytes& bytes) { accept_canonical_only(bytes); }));
}

TEST_CASE("an encoding with a byte changed, lost or added is refused, or is the one form of another value") {
  CHECK(holds("encode after decode, nearly sound", [] {
    Bytes bytes = encode(any_message(1));
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    Bytes changed = bytes;
    changed[at] = *rc::gen::arbitrary<std::uint8_t>();
    accept_canonical_only(changed);
    RC_ASSERT(!decode<Message>(BytesView(bytes).first(at)).ok());
    bytes.push_back(*rc::gen::arbitrary<std::uint8_t>());
    RC_ASSERT(decode<Message>(bytes).fault() == Fault::trailing_bytes);
  }));
}

TEST_CASE("bytes survive hexadecimal and back") {
  CHECK(holds("hex", [](const Bytes& bytes) { RC_ASSERT(from_hex(to_hex(bytes)).value() == bytes); }));
}
