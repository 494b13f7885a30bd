#pragma once

#include <string>
#include <variant>

#include "common/base/id.h"
#include "common/base/random.h"
#include "common/base/secret.h"
#include "common/codec/codec.h"
#include "common/crypto/hpke.h"
#include "common/crypto/sign.h"

namespace caseload::sync {

// How a new device and its office come to know each other, by a one-time code that somebody was given.
//
// Shape    device                               office
//            KNOCK    proof of the code    ──>
//                                          <──    OFFER    whose office this is, its keys; proof of the code
//            REQUEST  its keys             ──>              (the device has its profile on the disk by now)
//                                          <──    WELCOME  who it is; its certificate
//          or REFUSED, with a Fault, in place of an answer. One frame each, on a channel of ALPN caseload-enrol/1.
// Promise  neither side says anything of itself to one who does not know the code: proofs are bound to the channel
//          by its
//          exporter, so nobody in between can pass them on. A REQUEST that comes again with the same keys
//          gets the same WELCOME.
// Errors   bad_code: a code that was never given out, or mistyped. replayed: one that somebody else has used.
//          lease_ended:
//          one whose time is over. not_for_me: the office does not know the code. try_later: too many wrong ones.
constexpr std::size_t enrol_code_bytes = 10;            // 80 bits: nobody tries them in the days that a code lives
constexpr std::size_t enrol_message_bytes_max = 16384;  // names, keys and two certificates take a tenth
constexpr std::size_t enrol_exporter_bytes = 32;
constexpr std::string_view enrol_exporter_label = "EXPORTER-caseload-enrol";
constexpr std::uint16_t enrol_version = 1;

// A code as people read it aloud and type it: four groups of four letters and digits. Faults of read: bad_code.
Secret make_enrol_code(Random& random);
std::string print_enrol_code(const Secret& code);
Result<Secret> read_enrol_code(std::string_view typed);

// Whose office it is, and whose word counts from now on.
struct OfficeTrust {
  std::string name;
  Id log;
  Id scope;  // of the office
  Id device;
  PublicKey key{};
  PublicKey ledger_key{};
  PublicKey recovery_key{};                   // signs restores
  SealingPublicKey recovery_sealing_key{};    // opens what a device could not hand over
  SealingPublicKey sealing_key{};             // of the office: bundles
  Bytes authority;                            // its certificate, DER

  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, log, scope, device, key, ledger_key, recovery_key, recovery_sealing_key, sealing_key, authority);
  }
  friend bool operator==(const OfficeTrust&, const OfficeTrust&) = default;
};

// EnrolKnock: the device says that it has the code.
struct EnrolKnock {
  std::uint16_t version = enrol_version;
  Digest proof{};
  template <class Archive>
  void serialize(Archive& archive) {
    archive(version, proof);
  }
};

// EnrolOffer: whose office this is; and that it has the code too.
struct EnrolOffer {
  OfficeTrust office;
  Id worker;  // for whom the code is, so that a device does not use up somebody else's
  std::string worker_name;
  Digest proof{};
  template <class Archive>
  void serialize(Archive& archive) {
    archive(office, worker, worker_name, proof);
  }
};

// EnrolRequest: the keys of the device, which are on its disk by now.
struct EnrolRequest {
  PublicKey signing_key{};
  SealingPublicKey sealing_key{};
  Id machine;                 // the same for every profile on it
  Bytes certificate_request;  // PKCS #10, for the key of its TLS
  template <class Archive>
  void serialize(Archive& archive) {
    archive(signing_key, sealing_key, machine, certificate_request);
  }
};

// EnrolWelcome: who it is to the office, and its certificate.
struct EnrolWelcome {
  Id device;
  Id worker;
  std::string role;
  Bytes certificate;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, worker, role, certificate);
  }
};

// EnrolRefused: in place of an answer; the number of a Fault.
struct EnrolRefused {
  std::uint16_t fault = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(fault);
  }
};

// The type of a message in its frame is its place in this list, from 1.
using EnrolMessage = std::variant<EnrolKnock, EnrolOffer, EnrolRequest, EnrolWelcome, EnrolRefused>;
Bytes write_enrol_message(const EnrolMessage& message);  // without its type
std::uint8_t type_of(const EnrolMessage& message);

// Errors   those of decode; unknown_type; too_large.
Result<EnrolMessage> read_enrol_message(std::uint8_t type, BytesView body);

// Proofs, over one channel: `exporter` is that of enrol_exporter_label.
struct EnrolChannel {
  const Secret& code;
  const Secret& exporter;
};
Digest prove(const EnrolChannel& channel, const EnrolKnock& knock);
Digest prove(const EnrolChannel& channel, const EnrolOffer& offer);
template <class M>
bool is_proved(const EnrolChannel& channel, const M& message) {
  const Digest expected = prove(channel, message);
  return equal_in_constant_time(expected, message.proof);
}

}  // namespace caseload::sync
