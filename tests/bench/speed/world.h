#pragma once

#include <map>
#include <span>

#include "tests/bench/speed/lone_device.h"
#include "tests/bench/speed/office_process.h"
#include "tests/support/temp_folder.h"

namespace caseload::bench {

constexpr std::size_t cases_of_caseworker = 60;
constexpr std::size_t rows_a_commit = 10'000;

struct Size {
  std::size_t notes = 100'000;
  std::size_t cases = 500;
};

// Who is there beside the importer and the manager: devices for first sessions, and a crowd of caseworkers.
struct Staff {
  std::size_t lone_managers = 0;
  std::size_t lone_caseworkers = 0;
  std::size_t crowd = 0;
};

// One session: what it was, what it took here, and what of the processor the office took meanwhile.
struct Meeting {
  client::SyncOutcome outcome;
  Cost here;
  double office = 0;
};

// World: an office in a process of its own, and its people's devices.
//
// Shape    importer and manager are managers of the unit of all cases. The caseworkers are of another one, so that what
//          they have they have by assignment: one of them 60 cases, each of the crowd an equal share.
// Requires that nothing large is in memory yet, and no thread is at work.
class World {
 public:
  // An office in a file; or in a new database of the benchmark's PostgreSQL.
  enum class Office { sqlite, postgresql };
  World(Office where, const Staff& staff);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // The importer makes the cases, with their assignments, and brings them.
  void begin_cases(std::size_t count);
  // The importer keeps a note for each text, in turns over the cases, so many at once.
  Cost save(std::span<const std::string> texts);
  // And brings them, 100,000 in a session: a device cuts all that it will bring before it says a word, and the office
  // does not wait for a million. Gives what the sessions took, all together.
  Meeting save_and_bring(std::span<const std::string> texts);
  // All of it: cases, notes, brought, and fetched by the manager.
  void settle(const Size& size, const std::vector<std::string>& texts);

  Meeting meet(Device& who);
  FirstSession meet(LoneDevice& who) { return who.meet(office_->port()); }
  const client::LinkSetting& link(const Device& who);
  // Of the processor, by the office and by its database's server.
  double office_seconds();
  OfficeSaid office_said() { return office_->said(); }
  std::size_t notes_of_caseworker(std::size_t notes) const;

  Certificates& certificates() { return *certificates_; }
  Device& importer() { return *importer_; }
  Device& manager() { return *manager_; }
  const std::vector<Id>& cases() const { return cases_; }
  const std::vector<Id>& notes() const { return notes_; }

  std::vector<std::unique_ptr<LoneDevice>> lone_managers;
  std::vector<std::unique_ptr<LoneDevice>> lone_caseworkers;
  std::vector<std::unique_ptr<Device>> crowd;

 private:
  std::unique_ptr<Device> device_of(const Id& worker, const TempFolder& where);
  void employ(const Staff& staff);

  TempFolder folder_;
  std::unique_ptr<TempFolder> folder_of_crowd_;
  SeededRandom random_{70};  // not that of the office, whose ids it would repeat
  sync::Office founded_{true, sync::PageLimits{}, 7};
  int devices_ = 0;
  Id caseworker_;
  std::optional<Certificates> certificates_;
  std::unique_ptr<Device> importer_;
  std::unique_ptr<Device> manager_;
  std::optional<pid_t> postgres_;
  std::optional<OfficeProcess> office_;
  std::map<Id, client::LinkSetting> links_;
  std::vector<Id> cases_;
  std::vector<Id> notes_;
};

// Texts of some 300 letters.
std::vector<std::string> make_texts(std::size_t count);

// Whether PostgreSQL is installed here.
bool has_postgres();

}  // namespace caseload::bench
