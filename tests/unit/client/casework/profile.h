#pragma once

#include "client/casework/workplace.h"
#include "tests/hazards/team.h"
#include "tests/support/temp_folder.h"

namespace caseload::client {

// Profile: Ana, a caseworker whose profile is a real encrypted database, among the people of a team and their office.
// She has met the office, and the team's case is assigned to her.
//
// Promise  the same in every run but for the file's place.
class Profile {
 public:
  explicit Profile(const std::string& role = "caseworker");

  // Closes the database and opens it again, or a copy of it elsewhere: what was not on the disk is gone.
  void close();
  void reopen();
  void reopen(const std::string& path);
  const std::string& path() const { return path_; }
  // One whole session of this profile; and two of everybody, so that what one brings the others have.
  bool meet(bool receipts_arrive = true);
  void everybody_meets();
  void pass(Duration time);

  Workplace& place() { return *place_; }
  SqlDeviceStore& store() { return *store_; }
  std::string words_of(const Id& record, FieldNumber field) const;

  sync::Team team;
  std::unique_ptr<sync::Laptop> self;  // its key, its clock and whom it trusts; its own store stays empty
  Id the_case;

 private:
  void open();

  TempFolder folder_;
  std::string path_ = folder_ / "caseload.db";
  SeededRandom random_{80};
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqlDeviceStore> store_;
  std::unique_ptr<AuditTrail> audit_;
  std::unique_ptr<Drafts> drafts_;
  std::unique_ptr<Workplace> place_;
  std::optional<sync::Lease> lease_;
};

}  // namespace caseload::client
