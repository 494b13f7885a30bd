#pragma once

#include <optional>

#include "server/office/office.h"

namespace caseload::server {

constexpr std::chrono::hours invitation_default{72};
constexpr std::chrono::hours invitation_max{14 * 24};
constexpr std::size_t wrong_codes_max = 20;                    // in wrong_codes_per, from everybody together
constexpr std::chrono::minutes wrong_codes_per{10};

// Invitation: a one-time code for one person and one device. The code is shown once and kept until it is used or
// its time
// is over, so that a guess, a second use and an old one can be told apart.
struct Invitation {
  Id id;
  Id worker;
  std::string label;
  Bytes code;
  std::int64_t expires_ms = 0;
  Bytes used_by;  // the signing key of the device that came with it
  Id device;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, worker, label, code, expires_ms, used_by, device);
  }
};

struct NewInvitation {
  Id worker;
  std::string label;
  std::chrono::hours valid = invitation_default;
};
// Errors   not_found: no such worker; bad_value: longer than invitation_max.
Result<Invitation> invite(Office& office, const Id& as, const NewInvitation& wanted);
std::vector<Invitation> invitations(const Office& office);

constexpr std::size_t refusals_kept = 200;

// Refusal: what was refused at the door, for administrators: latest last, the last refusals_kept of them.
struct Refusal {
  std::int64_t at_ms = 0;
  std::uint16_t fault = 0;
  Id invitation;  // none where the code fits none
  template <class Archive>
  void serialize(Archive& archive) {
    archive(at_ms, fault, invitation);
  }
};
std::vector<Refusal> refusals(const Office& office);

// EnrolmentDesk: one enrolment on one channel, the office's side. Each call is one step of sync/enrolment, and on
// stable
// storage when it returns.
//
// Errors   those that sync/enrolment names; each is recorded.
// Threads  one owner, the store's.
class EnrolmentDesk {
 public:
  EnrolmentDesk(Office& office, Secret exporter) : office_(office), exporter_(std::move(exporter)) {}

  Result<sync::EnrolOffer> take(const sync::EnrolKnock& knock);
  Result<sync::EnrolWelcome> take(const sync::EnrolRequest& request);

 private:
  Result<Invitation> find(const sync::EnrolKnock& knock) const;
  Result<void> not_too_often() const;
  Fault refused(Fault fault, const Id& invitation);
  Result<sync::EnrolWelcome> welcome(const Invitation& invitation, const sync::EnrolRequest& request);

  Office& office_;
  Secret exporter_;
  Id invitation_;
};

}  // namespace caseload::server
