#include "sync/evidence/evidence.h"

#include "tests/hazards/team.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

// Mia's device asks for the case and the office's scope again, and gathers what proves one record.
Result<Evidence> gathered(Team& team, const Id& record) {
  for (const Id& scope : {team.the_case, team.office.self().office_scope}) {
    std::optional<CoverageEntry> entry = team.mia->store.coverage_of(scope);
    REQUIRE(entry.has_value());
    entry->backfill = Backfill{Mask(), team.mia->store.state().cursor, Phase::safety, 0};
    team.mia->store.begin();
    team.mia->store.set_coverage(scope, entry);
    team.mia->store.commit();
  }
  EvidenceGatherer gatherer(record);
  Line line;
  line.device_took = [&](const Message& message) {
    if (const auto* page = std::get_if<Page>(&message)) gatherer.look(*page);
  };
  REQUIRE(team.meet(*team.mia, line).well());
  const DeviceTrust trust = team.mia->trust();
  OfficeTrust office;
  office.log = trust.ledger.log;
  office.device = trust.office_device;
  office.key = trust.office_key;
  office.ledger_key = trust.ledger.ledger_key;
  return gatherer.take(office, team.mia->store.state().ledger.heads.back());
}

EvidenceFound look_at(const Evidence& evidence) { return verify_evidence(evidence, signature_checker(false)); }

TEST_CASE("evidence has every change of its record in the order of the log, by whoever wrote it, and of others digests") {
  Team team;
  const Id note = team.note(*team.mia, team.the_case, "First words");
  team.note(*team.mia, team.the_case, "Of another note");
  CHECK(team.meet(*team.mia).well());
  CHECK(team.meet(*team.tom).well());
  const Id place = team.write(*team.tom, note, {{note_place, text("At the library")}});
  CHECK(team.meet(*team.tom).well());
  CHECK(team.meet(*team.mia).well());
  const Result<Evidence> evidence = gathered(team, note);
  REQUIRE(evidence.ok());
  const EvidenceFound found = look_at(*evidence);
  CHECK(found.reasons.empty());
  REQUIRE(found.changes.size() == 2);
  CHECK(found.changes[0].change.header.id == note);
  CHECK(found.changes[0].position == position_of(team.office, note));
  CHECK(found.changes[1].change.header.id == place);
  CHECK(found.changes[1].device == team.tom->identity.device);
  CHECK(as_text(write_evidence(*evidence)).find("Of another note") == std::string_view::npos);
  CHECK(gathered(team, team.the_case).ok());
  CHECK(gathered(team, Id::make(1, team.random)).fault() == Fault(Fault::not_found));
}

TEST_CASE("evidence of which any byte was altered does not hold") {
  Team team;
  const Id note = team.note(*team.mia, team.the_case, "Contested words");
  CHECK(team.meet(*team.mia).well());
  const Bytes whole = write_evidence(*gathered(team, note));
  REQUIRE(look_at(*read_evidence(whole)).reasons.empty());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    CAPTURE(at);
    Bytes altered = whole;
    altered[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
    const Result<Evidence> read = read_evidence(altered);
    CHECK((!read || !look_at(*read).reasons.empty()));
  }
}

TEST_CASE("evidence without a device's record, with another device's change, or of another head does not hold") {
  Team team;
  const Id note = team.note(*team.mia, team.the_case, "Contested words");
  CHECK(team.meet(*team.mia).well());
  const Result<Evidence> whole = gathered(team, note);
  REQUIRE(whole.ok());
  Evidence unsigned_by = *whole;
  const Id mias = team.mia->identity.device;
  for (EvidencePage& page : unsigned_by.pages)
    std::erase_if(page.segments, [&](const EvidenceSegment& one) { return one.segment.device != mias; });
  std::erase_if(unsigned_by.pages, [](const EvidencePage& page) { return page.segments.empty(); });
  REQUIRE_FALSE(look_at(unsigned_by).reasons.empty());
  CHECK(look_at(unsigned_by).reasons.front() == Fault(Fault::not_found));
  Evidence of_nothing = *whole;
  of_nothing.pages.clear();
  CHECK(look_at(of_nothing).reasons.front() == Fault(Fault::not_found));
  Evidence other_record = *whole;
  other_record.record = team.the_case;
  CHECK(look_at(other_record).reasons.front() == Fault(Fault::bad_change));
  Evidence other_head = *whole;
  other_head.head.body.tree.size -= 1;
  CHECK_FALSE(look_at(other_head).reasons.empty());
}

}  // namespace
}  // namespace caseload::sync
