#include "tests/bench/speed/world.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "tests/bench/language.h"
#include "tests/support/private_postgres.h"

namespace caseload::bench {
namespace {

constexpr std::size_t notes_a_session = 100'000;

// In memory, where there is such a place: in life each of a crowd has a disk of its own.
std::unique_ptr<TempFolder> folder_of_crowd() {
  const char* const usual = std::getenv("TMPDIR");
  const std::optional<std::string> before = usual == nullptr ? std::nullopt : std::optional<std::string>(usual);
  if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 1);
  auto folder = std::make_unique<TempFolder>();
  if (before) ::setenv("TMPDIR", before->c_str(), 1);
  else ::unsetenv("TMPDIR");
  return folder;
}

}  // namespace

std::vector<std::string> make_texts(std::size_t count) {
  Language language;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(language.text(300));
  return texts;
}

bool has_postgres() {
  try {
    PrivatePostgres::instance();
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

World::World(Office where, const Staff& staff) {
  certificates_.emplace(founded_.clock.now());
  employ(staff);
  OfficePlace place{folder_ / "office.db"};
  if (where == Office::postgresql) {
    PrivatePostgres& postgres = PrivatePostgres::instance();
    place.postgres = postgres.where(postgres.new_database());
    postgres_ = std::stoi(postgres.ask("postgres", "SELECT pg_read_file('postmaster.pid')"));
  }
  office_.emplace(founded_, *certificates_, place);
  importer_->open();
  manager_->open();
}

void World::employ(const Staff& staff) {
  folder_of_crowd_ = folder_of_crowd();
  const auto of = [&](const char* role, const Id& unit) { return hire(founded_, role, unit, random_); };
  importer_ = device_of(of("manager", founded_.units.front()), folder_);
  manager_ = device_of(of("manager", founded_.units.front()), folder_);
  caseworker_ = of("caseworker", founded_.units.back());
  for (std::size_t i = 0; i < staff.crowd; ++i) crowd.push_back(device_of(of("caseworker", founded_.units.back()), *folder_of_crowd_));
  const Id manager = of("manager", founded_.units.front());
  for (std::size_t i = 0; i < staff.lone_managers; ++i)
    lone_managers.push_back(std::make_unique<LoneDevice>(device_of(manager, folder_), *certificates_));
  for (std::size_t i = 0; i < staff.lone_caseworkers; ++i)
    lone_caseworkers.push_back(std::make_unique<LoneDevice>(device_of(caseworker_, folder_), *certificates_));
}

std::unique_ptr<Device> World::device_of(const Id& worker, const TempFolder& where) {
  return std::make_unique<Device>(founded_, worker, where / ("device" + std::to_string(++devices_)), random_);
}

void World::begin_cases(std::size_t count) {
  meet(*importer_);
  const auto assign = [&](const Id& to) {
    importer_->begin(kinds::assignment, cases_.back(), {{assignment_facts::worker, Value::of_reference(to)},
                                                        {assignment_facts::role, Value::of_code(number_of(AssignmentRole::lead))},
                                                        {assignment_facts::from, Value::of_moment(founded_.clock.now())}});
  };
  importer_->in_one_act([&] {
    for (std::size_t i = 0; i < count; ++i) {
      cases_.push_back(importer_->begin(kinds::case_file, {}, {{case_facts::unit, Value::of_reference(founded_.units.front())},
                                                               {case_facts::status, Value::of_code(number_of(CaseStatus::open))},
                                                               {case_name, Value::of_text("Case " + std::to_string(i))}}));
      if (i < cases_of_caseworker) assign(caseworker_);
      if (!crowd.empty()) assign(crowd[i % crowd.size()]->worker());
    }
  });
  meet(*importer_);
}

Cost World::save(std::span<const std::string> texts) {
  return cost_of([&] {
    for (std::size_t begin = 0; begin < texts.size(); begin += rows_a_commit) {
      importer_->in_one_act([&] {
        for (std::size_t i = begin; i < std::min(begin + rows_a_commit, texts.size()); ++i)
          notes_.push_back(importer_->note(cases_[i % cases_.size()], texts[i]));
      });
    }
  });
}

Meeting World::save_and_bring(std::span<const std::string> texts) {
  Meeting all;
  for (std::size_t begin = 0; begin < texts.size(); begin += notes_a_session) {
    save(texts.subspan(begin, std::min(notes_a_session, texts.size() - begin)));
    const Meeting one = meet(*importer_);
    all.here.seconds += one.here.seconds;
    all.here.processor += one.here.processor;
    all.office += one.office;
  }
  return all;
}

void World::settle(const Size& size, const std::vector<std::string>& texts) {
  begin_cases(size.cases);
  save_and_bring(texts);
  meet(*manager_);
}

Meeting World::meet(Device& who) {
  const client::LinkSetting& setting = link(who);
  Meeting meeting;
  const double before = office_seconds();
  meeting.here = cost_of([&] { meeting.outcome = who.meet(setting); });
  meeting.office = office_seconds() - before;
  return meeting;
}

const client::LinkSetting& World::link(const Device& who) {
  const auto found = links_.find(who.id());
  if (found != links_.end()) return found->second;
  return links_.emplace(who.id(), client::LinkSetting{*TlsContext::device(certificates_->device(who.id())),
                                                      {certificates_->authority()}, Endpoint("127.0.0.1", office_->port())})
      .first->second;
}

double World::office_seconds() {
  return office_->said().processor + (postgres_ ? processor_seconds_of_family(*postgres_) : 0);
}

std::size_t World::notes_of_caseworker(std::size_t notes) const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::min(cases_.size(), cases_of_caseworker); ++i) count += (notes + cases_.size() - 1 - i) / cases_.size();
  return count;
}

}  // namespace caseload::bench
