#pragma once

#include <memory>

#include "client/casework/workplace.h"
#include "client/keys/identity.h"
#include "client/keys/passphrase.h"
#include "client/profile/profile_place.h"
#include "common/net/tls_context.h"
#include "sync/device/desk.h"
#include "sync/enrolment/enrolment.h"

namespace caseload::client {

// Enrolled: whose office it is, and who this device is to it. Kept in the identity.
struct Enrolled {
  sync::OfficeTrust office;
  std::string worker_name;
  std::string host;
  std::uint16_t port = 0;
  sync::EnrolWelcome welcome;  // no device yet: the enrolment did not come to its end

  template <class Archive>
  void serialize(Archive& archive) {
    archive(office, worker_name, host, port, welcome);
  }
};

// ProfileWorld: what a profile is opened with. All of it outlives the profile.
struct ProfileWorld {
  const Clock& clock;
  Random& random;
};

// OpenProfile: one worker's profile, unlocked: the database open, the identity at hand.
//
// Promise  one program has it open at a time. What is written through it is this profile's alone; no other profile's
//          folder is touched. Where the profile was enrolled anew, and only its last steps are missing, open() takes
//          them: adopt_next_identity().
// Errors   open(): absent: nothing enrolled here, or not to its end; in_use; wrong_key; and those of open_store() and
//          load_identity().
// Threads  one owner.
class OpenProfile {
 public:
  static Result<std::unique_ptr<OpenProfile>> open(const ProfilePlace& place, const Secret& key,
                                                   const ProfileWorld& world);

  Workplace& workplace() { return *workplace_; }
  void refresh();  // lease and time, after a session
  SqlDeviceStore& store() { return *store_; }
  const SqlDeviceStore& store() const { return *store_; }
  const Drafts& drafts() const { return *drafts_; }
  Database& database() { return *database_; }
  const Enrolled& enrolled() const { return enrolled_; }
  const Identity& identity() const { return identity_; }
  const sync::DeviceTrust& trust() const { return *trust_; }
  TlsIdentity tls() const;

  // Another certificate for the same key, as the office sends it in time. Faults: those of check_welcomed(); then the
  // one until now stays.
  Result<void> renew(const Bytes& certificate);

 private:
  struct Opened {
    Database database;
    Identity identity;
    Enrolled enrolled;
  };
  OpenProfile(const ProfilePlace& place, const Secret& key, Opened opened, const ProfileWorld& world);

  ProfilePlace place_;
  Secret key_;
  Identity identity_;
  Enrolled enrolled_;
  ProfileWorld world_;
  Ed25519Checker checker_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqlDeviceStore> store_;
  std::unique_ptr<AuditTrail> audit_;
  std::unique_ptr<Drafts> drafts_;
  std::unique_ptr<sync::DeviceTrust> trust_;
  std::unique_ptr<Workplace> workplace_;
};

// An own change, closed to the organisation's recovery key; and opened by it.
Bytes seal_change(const sync::Change& change, const SealingPublicKey& recovery, Random& random);
Result<sync::Change> open_sealed_change(BytesView sealed, const SealingKey& recovery);

Result<Enrolled> enrolled_of(const Identity& identity);

// Whether a certificate is this identity's: of the office's authority, for its key and for this device. Its dates
// are the
// office's affair, for our own clock may be wrong. Faults: bad_certificate.
Result<void> check_welcomed(const Identity& identity, const Enrolled& enrolled, const Id& device,
                            BytesView certificate);

// A profile that was enrolled anew takes its new name: what no receipt came for will be signed and sent under it.
//
// Shape    the next identity, once it has its certificate; then the database; then the identity itself, in its place.
// Promise  cut anywhere, the next call brings it to its end; until it begins, the former identity is whole and in use.
Result<void> adopt_next_identity(const ProfilePlace& place, const Secret& key);

}  // namespace caseload::client
