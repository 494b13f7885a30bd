#pragma once

#include <memory>
#include <string>

#include "sync/office/desk.h"
#include "tests/simulation/composing.h"
#include "tests/simulation/keys.h"
#include "tests/simulation/laptop.h"
#include "tests/simulation/memory_office_store.h"

namespace caseload::sync {

// Rules that the offices of the simulated world use, compiled once. 0 is the default; the others are made from it.
struct RulesVariant {
  std::string text;
  CompiledRules compiled;
};
const std::vector<RulesVariant>& rules_variants();

// Office: the office's store, clock and keys, and what its administrators do on its own device.
class Office {
 public:
  struct Person {
    Id worker;
    std::string role;
    Id unit;
    Id provider;
  };
  // Real keys or cheap ones; `seed` makes its ids.
  Office(bool real_keys, const PageLimits& page, std::uint64_t seed);

  // An administrative act: one segment of the office's own device, through the ordinary intake.
  std::vector<Id> administer(const std::vector<Act>& acts, Random& random);

  Id enrol(const Id& worker, const PublicKey& key, Random& random);
  void set_standing(const Id& device, Standing standing, Random& random);
  void use_rules(std::size_t variant, Random& random);
  bool release_late_work(const Id& change);

  void back_up();
  bool restore_backup();  // false where there is none yet
  void restart();  // after a crash: the rules as the log has them

  OfficeSelf self();
  IntakeContext intake() const;
  OfficeIdentity identity() const;
  std::unique_ptr<Signer> new_key() { return make_signer(++keys_made_, real_keys_); }
  std::size_t rules_now() const { return rules_now_; }

  ManualClock clock;
  MemoryOfficeStore store;
  Id log;
  Id own_device;  // and the scope of the office: its root
  Id administrator;
  std::vector<Id> units;
  std::vector<Id> providers;
  std::map<std::string, Id> roles;
  std::vector<Person> people;

 private:
  void found(Random& random);
  void take_own(const std::vector<Change>& changes);
  void read_rules();
  Act sharing_rules_act(std::size_t variant) const;

  bool real_keys_;
  PageLimits page_;
  std::uint64_t keys_made_ = 0;
  std::unique_ptr<Signer> ledger_key_;
  std::unique_ptr<Signer> recovery_key_;
  std::unique_ptr<Signer> own_key_;
  CompiledRules rules_;
  std::size_t rules_now_ = 0;
  std::optional<MemoryOfficeStore::Contents> backup_;
  Stamp last_stamp_;
  std::uint64_t next_seq_ = 1;
};

}  // namespace caseload::sync
