#include "sync/session/frame.h"
#include "tests/hazards/team.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

// The segments among what went over the line, as bytes.
std::vector<Bytes> segments(const Ended& ended) {
  std::vector<Bytes> found;
  for (const Push& push : ended.of<Push>(ended.to_office)) found.push_back(write_message(push));
  return found;
}

TEST_CASE("H1 a segment whose receipt was lost is sent again byte for byte, taken once, and gets the same receipt") {
  Team team;
  const Id note = team.note(*team.mia, team.the_case, "Visited at noon");
  const Ended first = team.meet(*team.mia, Line{.to_device = 1});  // STATUS arrives, RECEIPTS does not
  CHECK(first.device == Fault(Fault::closed));
  const std::uint64_t position = position_of(team.office, note);
  REQUIRE(position != 0);
  CHECK(team.mia->store.waiting().size() == 1);
  const std::size_t log = log_size(team.office);
  const Digest segment = team.office.store.find(note)->segment;
  const Signed<Receipt> then = *team.office.store.find_receipt(segment);

  const Ended second = team.meet(*team.mia);
  CHECK(second.well());
  CHECK(segments(first) == segments(second));
  CHECK(log_size(team.office) == log);
  CHECK(position_of(team.office, note) == position);
  const std::vector<Receipts> receipts = second.of<Receipts>(second.to_device);
  REQUIRE(receipts.size() == 1);
  REQUIRE(receipts.front().receipts.size() == 1);
  CHECK(receipts.front().receipts.front().body == then.body);
  CHECK(receipts.front().receipts.front().signature == then.signature);
  CHECK(team.mia->store.find(note)->state == ChangeState::accepted);
  CHECK(is_quiet(*team.mia));
}

TEST_CASE("H2 a segment that overtakes another is not taken, and the office says which one it waits for") {
  Team team;
  const Id early = team.note(*team.mia, team.the_case, "First");
  static_cast<void>(team.meet(*team.mia, Line{.to_office = 0}));  // cut, but nothing of it arrives
  const Id later = team.note(*team.mia, team.the_case, "Second");
  std::optional<Push> second;
  const Ended kept = team.meet(*team.mia, Line{.to_office = 0});
  CHECK(team.mia->store.waiting().size() == 2);
  const std::uint64_t waits_for = team.mia->store.waiting().front().header.number;

  const Line swapped{.to_office_altered = [&](Message& message) {
    if (std::holds_alternative<Push>(message)) message = push_of(team.mia->store, team.mia->store.waiting().back());
  }};
  const Ended refused = team.meet(*team.mia, swapped);
  REQUIRE(refused.office == Fault(Fault::out_of_order));
  CHECK(refused.office->detail() == "waiting for segment " + std::to_string(waits_for));
  CHECK(position_of(team.office, early) == 0);
  CHECK_FALSE(team.office.store.find(later).has_value());

  CHECK(team.meet(*team.mia).well());
  CHECK(position_of(team.office, early) + 1 == position_of(team.office, later));
}

TEST_CASE("H3 a line cut after any message leaves whole steps, and the next session finishes") {
  Team model;
  model.note(*model.mia, model.the_case, "By Mia");
  model.note(*model.tom, model.the_case, "By Tom");
  static_cast<void>(model.meet(*model.mia));
  const Ended whole = model.meet(*model.tom);
  REQUIRE(whole.well());

  for (std::size_t cut = 0; cut < whole.to_office.size() + whole.to_device.size(); ++cut) {
    CAPTURE(cut);
    Team team;
    team.note(*team.mia, team.the_case, "By Mia");
    const Id toms = team.note(*team.tom, team.the_case, "By Tom");
    static_cast<void>(team.meet(*team.mia));
    const bool office_side = cut < whole.to_office.size();
    Line line;
    (office_side ? line.to_office : line.to_device) = office_side ? cut : cut - whole.to_office.size();
    const std::uint64_t cursor_before = team.tom->store.state().cursor;
    static_cast<void>(team.meet(*team.tom, line));
    const DeviceState state = team.tom->store.state();
    CHECK((state.cursor == cursor_before || same_view(*team.tom, *model.tom, team.the_case)));
    CHECK(holds(*team.tom, toms));

    CHECK(team.meet(*team.tom).well());
    CHECK(position_of(team.office, toms) != 0);
    CHECK(is_quiet(*team.tom));
    CHECK(same_view(*team.tom, *model.tom, team.the_case));
  }
}

TEST_CASE("H3 bytes cut anywhere give the messages before the cut, whole, and nothing of the next") {
  Team team;
  team.note(*team.mia, team.the_case, "A visit");
  const Ended whole = team.meet(*team.mia);
  Bytes bytes;
  std::vector<std::size_t> ends;
  FrameWriter writer;
  for (const Message& message : whole.to_device) {
    const Bytes written = write_message(message);
    writer.write(written.front(), BytesView(written).subspan(1), bytes);
    ends.push_back(bytes.size());
  }
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    FrameReader reader;
    BytesView arrived = BytesView(bytes).first(cut);
    std::size_t messages = 0;
    while (!arrived.empty()) {
      Result<std::optional<Frame>> frame = reader.next(arrived);
      REQUIRE(frame.ok());
      if (!frame->has_value()) continue;
      Bytes message{(*frame)->type};
      append(message, (*frame)->body);
      CHECK(message == write_message(whole.to_device[messages]));
      ++messages;
    }
    const auto before = static_cast<std::size_t>(std::ranges::count_if(ends, [&](std::size_t end) { return end <= cut; }));
    REQUIRE(messages == before);
  }
}

TEST_CASE("H4 a laptop that dies with the receipt in hand sends again, and nothing is there twice") {
  bool lived = false;
  for (std::uint64_t operation = 0; !lived; ++operation) {
    for (const StoreFault::Kind kind : {StoreFault::Kind::crash_before, StoreFault::Kind::crash_after}) {
      CAPTURE(operation);
      Team team;
      const Id note = team.note(*team.mia, team.the_case, "Visited at noon");
      team.mia->store.set_fault({kind, operation});
      lived = !team.meet(*team.mia).died;
      team.mia->store.set_fault({});
      REQUIRE(team.mia->store.find(note).has_value());
      const std::size_t log = log_size(team.office);
      const bool was_accepted = position_of(team.office, note) != 0;

      CHECK(team.meet(*team.mia).well());
      CHECK(log_size(team.office) == log + (was_accepted ? 0 : 1));
      CHECK(position_of(team.office, note) != 0);
      CHECK(team.mia->store.find(note)->state == ChangeState::accepted);
      CHECK(is_quiet(*team.mia));
    }
  }
}

TEST_CASE("H41 a note stays in the outbox until the receipt is there, whatever the office could not do with it") {
  bool went_well = false;
  for (std::uint64_t operation = 0; !went_well; ++operation) {
    CAPTURE(operation);
    Team team;
    const Id note = team.note(*team.mia, team.the_case, "Visited at noon");
    team.office.store.set_fault({StoreFault::Kind::disk_full, operation});
    const Ended ended = team.meet(*team.mia);
    team.office.store.set_fault({});
    went_well = !ended.disk_full;
    const bool has_receipt = !ended.of<Receipts>(ended.to_device).empty();
    CHECK((team.mia->store.find(note)->state == ChangeState::accepted) == has_receipt);
    CHECK(team.mia->store.waiting().empty() == has_receipt);
    if (has_receipt) CHECK(position_of(team.office, note) != 0);

    CHECK(team.meet(*team.mia).well());
    CHECK(position_of(team.office, note) != 0);
  }
}

TEST_CASE("H42 an office that dies anywhere after taking a segment gives the receipt that it would have given") {
  bool lived = false;
  for (std::uint64_t operation = 0; !lived; ++operation) {
    for (const StoreFault::Kind kind : {StoreFault::Kind::crash_before, StoreFault::Kind::crash_after}) {
      CAPTURE(operation);
      Team team;
      const Id note = team.note(*team.mia, team.the_case, "Visited at noon");
      team.office.store.set_fault({kind, operation});
      lived = !team.meet(*team.mia).died;
      team.office.store.set_fault({});
      team.office.restart();
      std::optional<Signed<Receipt>> durable;
      if (const std::optional<OfficeChange> taken = team.office.store.find(note)) {
        durable = team.office.store.find_receipt(taken->segment);
        REQUIRE(durable.has_value());  // never a log without the receipt for it
      }
      const Ended again = team.meet(*team.mia);
      CHECK(again.well());
      if (durable && !team.mia->store.waiting().empty()) {
        CHECK(again.of<Receipts>(again.to_device).front().receipts.front().body == durable->body);
      }
      CHECK(position_of(team.office, note) != 0);
      CHECK(is_quiet(*team.mia));
    }
  }
}

TEST_CASE("H63 what is accepted while a session runs is left to the next one, and no position is skipped") {
  Team team;
  const Id first = team.note(*team.mia, team.the_case, "First");
  static_cast<void>(team.meet(*team.mia));
  Id second;
  const Line line{.device_took = [&](const Message& message) {
    if (!std::holds_alternative<Status>(message) || !second.is_none()) return;
    second = team.note(*team.mia, team.the_case, "Second");
    static_cast<void>(team.meet(*team.mia));
  }};
  CHECK(team.meet(*team.tom, line).well());
  CHECK(position_of(team.office, second) == position_of(team.office, first) + 1);
  CHECK(holds(*team.tom, first));
  CHECK_FALSE(holds(*team.tom, second));
  CHECK(team.tom->store.state().cursor == position_of(team.office, first));

  CHECK(team.meet(*team.tom).well());
  CHECK(holds(*team.tom, second));
}

}  // namespace
}  // namespace caseload::sync
