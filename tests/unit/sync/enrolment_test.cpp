#include "sync/enrolment/enrolment.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

TEST_CASE("a code is read as it was printed, however it is typed") {
  SeededRandom random(1);
  const Secret code = make_enrol_code(random);
  const std::string printed = print_enrol_code(code);
  CHECK(printed.size() == 19);
  CHECK(read_enrol_code(printed)->equals(code));
  std::string typed = printed;
  for (char& letter : typed) letter = letter == '-' ? ' ' : static_cast<char>(std::tolower(letter));
  CHECK(read_enrol_code(typed)->equals(code));
}

TEST_CASE("what is no code is refused") {
  for (const char* typed : {"", "-", "ABCD", "ABCD-EFGH-JKMN", "ABCD-EFGH-JKMN-PQRS-TVWX", "ABCD-EFGH-JKMN-PQR!", "äöü"}) {
    CAPTURE(typed);
    CHECK(read_enrol_code(typed).fault() == Fault::bad_code);
  }
}

TEST_CASE("a proof holds for its code, its channel, its side and what was said, and for nothing else") {
  SeededRandom random(2);
  const Secret code = make_enrol_code(random), other_code = make_enrol_code(random);
  const Secret channel = Secret::copy_of(random.bytes<32>()), other_channel = Secret::copy_of(random.bytes<32>());
  EnrolKnock knock;
  knock.proof = prove({code, channel}, knock);
  CHECK(is_proved({code, channel}, knock));
  CHECK_FALSE(is_proved({other_code, channel}, knock));
  CHECK_FALSE(is_proved({code, other_channel}, knock));
  EnrolOffer offer;
  offer.office.name = "Harbour Office";
  CHECK(prove({code, channel}, offer) != knock.proof);
  offer.proof = prove({code, channel}, offer);
  CHECK(is_proved({code, channel}, offer));
  offer.office.authority = {1};
  CHECK_FALSE(is_proved({code, channel}, offer));
}

TEST_CASE("every message is read as it was written, and not when it is cut, longer, or of another type") {
  SeededRandom random(3);
  EnrolOffer offer;
  offer.office = {"Harbour Office", random.bytes<16>(), random.bytes<16>(), random.bytes<16>(), random.bytes<32>(),
                  random.bytes<32>(), random.bytes<32>(), random.bytes<32>(), random.bytes<32>(), Bytes{1, 2}};
  const EnrolMessage all[] = {EnrolKnock{1, random.bytes<32>()}, offer, EnrolRequest{random.bytes<32>(), random.bytes<32>(), {}, {3}},
                              EnrolWelcome{{}, {}, "caseworker", {4}}, EnrolRefused{Fault::bad_code}};
  for (const EnrolMessage& message : all) {
    const Bytes bytes = write_enrol_message(message);
    const Result<EnrolMessage> read = read_enrol_message(type_of(message), bytes);
    REQUIRE(read.ok());
    CHECK(write_enrol_message(*read) == bytes);
    CHECK_FALSE(read_enrol_message(type_of(message), BytesView(bytes).first(bytes.size() - 1)).ok());
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK(read_enrol_message(type_of(message), longer).fault() == Fault::trailing_bytes);
  }
  CHECK(read_enrol_message(0, {}).fault() == Fault::unknown_type);
  CHECK(read_enrol_message(6, {}).fault() == Fault::unknown_type);
  CHECK(read_enrol_message(1, Bytes(enrol_message_bytes_max + 1)).fault() == Fault::too_large);
}

}  // namespace
}  // namespace caseload::sync
