#pragma once

#include <span>

#include "common/base/random.h"
#include "common/time/hybrid_clock.h"
#include "server/office/office_keys.h"
#include "server/store/store.h"
#include "sync/enrolment/enrolment.h"
#include "sync/merge/compose.h"
#include "sync/office/desk.h"

namespace caseload::server {

constexpr std::int64_t certificate_seconds = 365LL * 86400;  // of a device; a session in the last third of it renews it

// AdministrativeAct: fields of one record of the directory, the rules, a handover or late work get values. No record: a
// new one, whose id may be given; no scope: its own.
struct AdministrativeAct {
  KindNumber kind = 0;
  Id scope{};
  Id record{};
  std::vector<sync::FieldWrite> writes;
  Id id{};
};

// Office: the office's own device: what administrators do is signed by it and goes through the ordinary intake.
//
// Shape    works on the writer's store, inside or outside a batch. rules() are those of the log, read anew when
//          read_rules()
//          finds others.
// Promise  an act is a change in the log, in the name of the worker who did it, or nothing happened.
// Errors   administer(): those of judging: bad values, unknown fields, not_allowed: casework, which an office does
//          not do.
// Threads  one owner, the store's.
class Office {
 public:
  Office(ServerStore& store, const OfficeKeys& keys, const Clock& clock, Random& random);

  // The first segment: the office itself, its founder, its roles, the rules that an office starts with.
  // Requires an empty store.
  Result<void> found(const std::string& founder_name);

  Result<std::vector<Id>> administer(const Id& as, std::span<const AdministrativeAct> acts);
  Result<Id> administer(const Id& as, const AdministrativeAct& act);

  // The same beside other writes of one transaction. Requires an open one; after a Fault the caller rolls back.
  Result<std::vector<Id>> administer_within(const Id& as, std::span<const AdministrativeAct> acts);

  void read_rules();
  const std::string& rules_text() const { return rules_text_; }

  sync::OfficeSelf self() const;  // refers to this office
  sync::OfficeFacts facts() const;
  sync::IntakeContext intake() const;
  sync::OfficeTrust trust() const;

  ServerStore& store() { return store_; }
  const ServerStore& store() const { return store_; }
  const OfficeKeys& keys() const { return keys_; }
  const Clock& clock() const { return clock_; }
  Random& random() { return random_; }
  Id new_id();

 private:
  Result<std::vector<sync::Change>> compose(const Id& as, std::span<const AdministrativeAct> acts);
  Result<void> take_own(std::span<const sync::Change> changes);
  Bytes renewed(BytesView former) const;

  ServerStore& store_;
  const OfficeKeys& keys_;
  const Clock& clock_;
  Random& random_;
  Ed25519Checker checker_;
  std::string rules_text_;
  sync::CompiledRules rules_;
};

}  // namespace caseload::server
