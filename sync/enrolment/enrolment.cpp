#include "sync/enrolment/enrolment.h"

#include "common/crypto/derive.h"
#include "common/crypto/hash.h"

namespace caseload::sync {
namespace {

constexpr std::size_t group = 4;

template <class T>
Result<EnrolMessage> read_one(BytesView body) {
  Result<T> message = decode<T>(body);
  if (!message) return message.fault();
  return EnrolMessage(std::move(*message));
}

// Under a key made of the code: who says it, on which channel, and what is said.
Digest prove_as(std::string_view who, const EnrolChannel& channel, BytesView said) {
  const Secret key = hkdf({channel.code.view(), {}, as_bytes("caseload/enrol/1")}, 32);
  Bytes message = to_bytes(as_bytes(who));
  append(message, channel.exporter.view());
  append(message, sha256(said));
  return hmac_sha256({key.view(), message});
}

}  // namespace

Secret make_enrol_code(Random& random) {
  Secret code(enrol_code_bytes);
  random.fill(code.writable());
  return code;
}

std::string print_enrol_code(const Secret& code) {
  const std::string letters = to_base32(code.view());
  std::string printed;
  for (std::size_t at = 0; at < letters.size(); at += group) {
    printed += (at == 0 ? "" : "-") + letters.substr(at, group);
  }
  return printed;
}

Result<Secret> read_enrol_code(std::string_view typed) {
  const Result<Bytes> read = from_base32(typed);
  if (!read || read->size() != enrol_code_bytes)
    return Fault(Fault::bad_code, "four groups of four letters and digits");
  return Secret::copy_of(*read);
}

Bytes write_enrol_message(const EnrolMessage& message) {
  Bytes bytes;
  Writer writer(bytes);
  std::visit([&](const auto& body) { writer(body); }, message);
  return bytes;
}

std::uint8_t type_of(const EnrolMessage& message) { return static_cast<std::uint8_t>(message.index() + 1); }

Result<EnrolMessage> read_enrol_message(std::uint8_t type, BytesView body) {
  if (body.size() > enrol_message_bytes_max) return Fault(Fault::too_large, "a message of an enrolment");
  switch (type) {
    case 1: return read_one<EnrolKnock>(body);
    case 2: return read_one<EnrolOffer>(body);
    case 3: return read_one<EnrolRequest>(body);
    case 4: return read_one<EnrolWelcome>(body);
    case 5: return read_one<EnrolRefused>(body);
    default: return Fault(Fault::unknown_type, "no message of an enrolment");
  }
}

Digest prove(const EnrolChannel& channel, const EnrolKnock& knock) {
  return prove_as("caseload/enrol/device/1", channel, encode(knock.version));
}

Digest prove(const EnrolChannel& channel, const EnrolOffer& offer) {
  EnrolOffer said = offer;
  said.proof = {};
  return prove_as("caseload/enrol/office/1", channel, encode(said));
}

}  // namespace caseload::sync
