#pragma once

#include "server/office/late_work.h"
#include "tests/hazards/session.h"
#include "tests/unit/server/store/memory_server_store.h"

namespace caseload {

// LateWorld: the server's own office over a store in memory, that tends late work after every session; and people whose
// laptops meet it. Mia and Tom share a case of the north; Tom is of the south. Lena is the manager of the north, Omar another,
// Rosa its records officer, Ada its auditor.
//
// Promise  the same in every run but for keys. Time stands still but for pass().
class LateWorld {
 public:
  using Laptop = sync::Laptop;
  using FieldWrite = sync::FieldWrite;
  LateWorld();

  std::unique_ptr<Laptop> hire(const std::string& name, const std::string& role, const Id& unit);
  Id begin(Laptop& who, KindNumber kind, const Id& scope, std::vector<FieldWrite> writes);
  Id note(Laptop& who, const Id& scope, const std::string& words, NoteType type = NoteType::contact);
  Id write(Laptop& who, const Id& record, std::vector<FieldWrite> writes);
  void decide(Laptop& who, const Id& late, LateDecision decision, const std::string& reason);

  sync::Ended meet(Laptop& who, bool tend = true);
  sync::Ended meet(const sync::DeviceEnd& device);
  void everybody_meets();
  void pass(Duration time);
  void stand(const Laptop& who, Standing standing);
  void end_toms_assignment();
  sync::OfficeEnd office_end() { return {store, office.self()}; }

  // What a laptop shows.
  std::vector<Id> late_records(const Laptop& who) const;  // that are here
  sync::FieldView view(const Laptop& who, const Id& record, std::string_view field) const;
  std::string words(const Laptop& who, const Id& record, std::string_view field) const;  // "" where there is not one
  bool reads_content(const Laptop& who, const Id& late) const;
  bool is_released(const Id& change) const;
  bool is_declined(const Id& change) const;

  SeededRandom random{90};
  ManualClock clock;
  server::OfficeKeys keys;
  server::MemoryServerStore store;
  server::Office office;
  Ed25519Checker checker;
  Id north;
  Id south;
  std::unique_ptr<Laptop> mia, tom, lena, omar, rosa, ada;
  Id the_case;
  Id toms_assignment;
  server::Tended tended;  // by the last meet()

 private:
  std::vector<Laptop*> everybody() const { return {mia.get(), tom.get(), lena.get(), omar.get(), rosa.get(), ada.get()}; }
  std::vector<std::unique_ptr<Laptop>> hired_;
};

}  // namespace caseload
