#pragma once

#include <unordered_map>

#include "client/store/device_store.h"
#include "tests/end_to_end/canary_rules.h"
#include "tests/hazards/session.h"
#include "tests/simulation/reference.h"
#include "tests/support/temp_folder.h"

namespace caseload::canary {

// A bug that is planted in a world, to see whether it is found.
struct Plant {
  Ignored ignored = Ignored::nothing;  // by the office
  bool keeps_a_copy = false;           // by the devices: of a word that they let go of, where nobody looks
};

// Canaries: words that stand in one field of one change alone, and where they were written.
class Canaries {
 public:
  using Place = std::pair<Id, SectionNumber>;

  std::string next(Random& random);
  void stand_in(const sync::Change& change);  // all that it writes and that are ours
  // Whether any half of a canary stands in these bytes: a page may end in its middle, and an index leaves out how the
  // word before began.
  void find(BytesView bytes, std::set<std::size_t>& found) const;
  const std::vector<std::pair<std::string, Place>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, Place>> all_;
  std::unordered_map<std::string, std::size_t> by_word_;
  std::unordered_map<std::uint64_t, std::size_t> by_half_;
};

// Viewer: a worker whose device has a real encrypted database, and who may see what chance gives.
class Viewer {
 public:
  Viewer(sync::Office& office, const std::string& name, const sync::OfficeIdentity& whom, Random& random);

  Id worker;
  Id device;
  Standing standing = Standing::active;
  ManualClock clock;
  std::set<Id> own;  // changes that its worker made
  std::set<std::size_t> seen;  // canaries, when we last looked
  client::SqlDeviceStore& store() { return *store_; }
  Database& database() { return *database_; }
  std::string log_path() const { return folder_ / "caseload.db-wal"; }
  sync::DeviceEnd end();

 private:
  TempFolder folder_;
  std::unique_ptr<Signer> key_;
  sync::OfficeIdentity whom_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<client::SqlDeviceStore> store_;
};

// CanaryWorld: an office, an importer who fills every field of every kind, six viewers, and chance that moves their roles
// and units, assignments, referrals, consents, emergencies, markings and the rules.
//
// Promise  the same seed, the same story. After every session a device is held against the reference of tests/simulation:
//          the parts that its store has, and every canary on any decrypted page of its file.
class CanaryWorld {
 public:
  CanaryWorld(std::uint64_t seed, const Plant& plant);
  void round();  // some things happen; everybody meets the office

  std::vector<std::string> wrong;  // what a device has and should not, or should have and has not
  std::size_t sessions = 0;
  std::size_t canaries() const { return canaries_.all().size(); }
  std::size_t seen = 0;  // canaries found on devices, over all sessions

 private:
  sync::FieldWrite filled(const KindEntry& kind, const FieldEntry& field);
  std::vector<sync::FieldWrite> all_fields(const KindEntry& kind);
  void set_facts(const KindEntry& kind, std::vector<sync::FieldWrite>& writes);
  void import(KindNumber kind, const Id& scope);
  void import_meets();
  void happen();
  void happen_to_a_record();
  void happen_to_a_worker();
  void rewrite(const sync::RecordRow& row);
  void new_rules();
  void write_own(Viewer& viewer);
  void meet(Viewer& viewer);
  void look_at(Viewer& viewer, bool let_go);
  void look_at_parts(Viewer& viewer, const sync::Reference::Held& may);
  void look_at_pages(Viewer& viewer, const sync::Reference::Held& may);
  void keep_a_copy(Viewer& viewer, const sync::Reference::Held& may);
  void learn();  // what the office accepted
  sync::OfficeEnd office_end();
  Id some_scope();
  Viewer& some_viewer() { return *viewers_[random_.below(viewers_.size())]; }

  SeededRandom random_;
  Plant plant_;
  sync::Office office_;
  std::optional<sync::CompiledRules> rules_;  // that the office keeps to
  std::optional<sync::Reference> reference_;
  std::uint64_t learned_ = 0;
  std::unique_ptr<sync::Laptop> importer_;
  std::vector<std::unique_ptr<Viewer>> viewers_;
  Canaries canaries_;
  std::string story_;
};

}  // namespace caseload::canary
