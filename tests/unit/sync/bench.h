#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/crypto/sign.h"
#include "sync/device/desk.h"
#include "sync/office/desk.h"
#include "sync/sharing/rules_text.h"
#include "tests/simulation/memory_device_store.h"
#include "tests/simulation/memory_office_store.h"
#include "tests/unit/sync/change_samples.h"

namespace caseload::sync::test {

// Machine: one worker's device, with a true store.
struct Machine {
  Id worker;
  Id device;
  SigningKey key;
  MemoryDeviceStore store;

  RecordState record(const Id& id) const { return store.record(id); }
  bool has(const Id& change, SectionNumber section) const;
};

// Bench: an office in memory or in another store, with real signatures, rules and stores, and devices beside it.
//
// Shape    unit 4 and unit 5; workers enrolled as clerk or chief of one of them; whatever the office's own machine
//          writes is put into the log by admit(), without being judged.
class Bench {
 public:
  Bench() : Bench(nullptr) {}
  explicit Bench(OfficeStore* store);  // none: in memory

  void admit(const std::vector<Draft>& drafts);
  void admit(const Draft& draft) { admit(std::vector{draft}); }
  Machine& enrol(std::uint32_t worker, std::string_view role, const Id& unit);
  void admit_case(std::uint32_t number, const Id& unit, const Id& lead);
  void end_assignment(std::uint32_t number, std::uint32_t case_number, std::int64_t at);  // the one of that call; in minutes

  void keep(Machine& machine, Draft draft);  // by its worker
  std::vector<Push> cut(Machine& machine);
  Result<Signed<Receipt>> take(const Push& push);  // in a transaction of its own; rolled back after a Fault
  Result<Signed<Receipt>> push(Machine& machine);  // everything it has, and the receipts back; gives the last

  struct Session {
    std::optional<Fault> device;  // with which each side ended, if not well
    std::optional<Fault> office;
    bool ended = false;  // both sides
    SessionReport report;
    std::vector<std::string> said;
    std::vector<Message> messages;
  };
  Session session(Machine& machine, std::size_t messages_max = SIZE_MAX);

  IntakeContext intake() const;
  ReachContext reach(const Machine& machine) const;
  PageTrust page_trust() const;
  Withdrawal withdrawal(const Machine& machine) const;
  OfficeDevice device(const Machine& machine) const { return *office.find_device(machine.device); }
  void set_device(const OfficeDevice& device);
  template <class Act>
  auto in_office(Act act) {
    office.begin();
    auto result = act();
    office.commit();
    return result;
  }

  SeededRandom random{11};
  SigningKey ledger_key = SigningKey::generate(random);
  SigningKey recovery_key = SigningKey::generate(random);
  SigningKey office_key = SigningKey::generate(random);
  Ed25519Checker checker;
  ManualClock clock{minute(100)};
  Id log = numbered(40);
  MemoryOfficeStore memory;  // empty where another store is the office's
  OfficeStore& office;
  const Catalogue& catalogue = Catalogue::built_in();
  CompiledRules rules;
  PageLimits page{1000, 1 << 20};
  std::deque<Machine> machines;

 private:
  std::uint64_t admitted_ = 0;
  Digest previous_{};
};

inline const Id office_scope = numbered(1), clerk_role = numbered(2), chief_role = numbered(3);
inline const Id unit_four = numbered(4), unit_five = numbered(5), office_device = numbered(6);

Value text_of(const RecordState& state, FieldNumber field);  // what is in force, none if nothing or several

}  // namespace caseload::sync::test
