#include "tests/hazards/team.h"
#include "tests/simulation/memory_attachment_store.h"

#include "common/crypto/hash.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

// A document of two and a half pieces, of which Mia's laptop has the content.
struct Scanned {
  Team team;
  MemoryAttachmentStore mias;
  MemoryAttachmentStore offices;
  MemoryAttachmentStore toms;
  Bytes bytes = contents();
  Digest content = sha256(bytes);
  Id document;

  Scanned() {
    mias.add(content, bytes);
    document = team.begin(*team.mia, kinds::document, team.the_case,
                          {{16, text("Court report")}, {document_content::digest, text(to_hex(content))},
                           {document_content::bytes, Value::of_integer(static_cast<std::int64_t>(bytes.size()))}});
  }
  static Bytes contents() {
    Bytes made(2 * attachment_piece_bytes + attachment_piece_bytes / 2);
    SeededRandom(3).fill(made);
    return made;
  }
  Line line(MemoryAttachmentStore& laptops) {
    Line made;
    made.of_laptop = &laptops;
    made.of_office = &offices;
    return made;
  }
  bool is_at(const MemoryAttachmentStore& store) const {
    return store.is_whole(content) && store.read(content, 0, bytes.size()) == bytes;
  }
};

std::size_t bytes_sent(const std::vector<Message>& messages) {
  std::size_t sent = 0;
  for (const Message& message : messages) {
    if (const auto* piece = std::get_if<AttachmentChunk>(&message)) sent += piece->bytes.size();
  }
  return sent;
}

TEST_CASE("H40 an attachment that was cut anywhere goes on with the next piece, on its way up and down") {
  Scanned model;
  const Ended up = model.team.meet(*model.team.mia, model.line(model.mias));
  REQUIRE(model.is_at(model.offices));
  for (std::size_t cut = 0; cut < up.to_office.size(); ++cut) {
    CAPTURE(cut);
    Scanned world;
    Line line = world.line(world.mias);
    line.to_office = cut;
    static_cast<void>(world.team.meet(*world.team.mia, line));
    const std::uint64_t there = world.offices.bytes_held(world.content);
    const Ended rest = world.team.meet(*world.team.mia, world.line(world.mias));
    CHECK(rest.well());
    CHECK(world.is_at(world.offices));
    CHECK(bytes_sent(rest.to_office) == world.bytes.size() - there);  // nothing travels twice
  }

  const Ended down = model.team.meet(*model.team.tom, model.line(model.toms));
  REQUIRE(model.is_at(model.toms));
  for (std::size_t cut = 0; cut < down.to_device.size(); ++cut) {
    CAPTURE(cut);
    Scanned world;
    static_cast<void>(world.team.meet(*world.team.mia, world.line(world.mias)));
    Line line = world.line(world.toms);
    line.to_device = cut;
    static_cast<void>(world.team.meet(*world.team.tom, line));
    const std::uint64_t there = world.toms.bytes_held(world.content);
    const bool arriving = holds(*world.team.tom, world.document) && !world.toms.is_whole(world.content);
    if (there > 0 && there < world.bytes.size()) CHECK(arriving);  // the record is to be seen, and what is missing too
    const Ended rest = world.team.meet(*world.team.tom, world.line(world.toms));
    CHECK(rest.well());
    CHECK(world.is_at(world.toms));
    CHECK(bytes_sent(rest.to_device) == world.bytes.size() - there);
  }
}

TEST_CASE("an attachment that was altered on its way is dropped, and asked for again at the next contact") {
  Scanned world;
  Line line = world.line(world.mias);
  line.to_office_altered = [](Message& message) {
    if (auto* piece = std::get_if<AttachmentChunk>(&message)) piece->bytes.back() ^= 1;
  };
  CHECK(world.team.meet(*world.team.mia, line).well());
  CHECK_FALSE(world.offices.is_whole(world.content));
  CHECK(world.offices.bytes_held(world.content) == 0);
  CHECK(world.team.meet(*world.team.mia, world.line(world.mias)).well());
  CHECK(world.is_at(world.offices));

  Line down = world.line(world.toms);
  down.to_device_altered = line.to_office_altered;
  CHECK(world.team.meet(*world.team.tom, down).well());
  CHECK(world.toms.bytes_held(world.content) == 0);
  CHECK(world.team.meet(*world.team.tom, world.line(world.toms)).well());
  CHECK(world.is_at(world.toms));
}

TEST_CASE("an attachment that somebody may not have is answered as one that is not there") {
  Scanned world;
  static_cast<void>(world.team.meet(*world.team.mia, world.line(world.mias)));
  const std::unique_ptr<Laptop> ana = world.team.hire("Ana", "caseworker", 1);
  const auto asked = [&](Laptop& who, const Digest& content) {
    MemoryAttachmentStore none;
    Line line = world.line(none);
    line.to_office_altered = [&](Message& message) {
      if (std::holds_alternative<Parting>(message)) message = WantAttachment{content, 0};
    };
    const Ended ended = world.team.meet(who, line);
    const std::vector<AttachmentChunk> pieces = ended.of<AttachmentChunk>(ended.to_device);
    REQUIRE_FALSE(pieces.empty());
    return pieces.back();
  };
  const AttachmentChunk refused = asked(*ana, world.content);
  const AttachmentChunk absent = asked(*ana, sha256(as_bytes("nobody's")));
  CHECK(refused.size == 0);
  CHECK(refused.bytes.empty());
  CHECK(absent.size == refused.size);
  CHECK(absent.bytes == refused.bytes);
  CHECK(asked(*world.team.tom, world.content).size == world.bytes.size());
}

TEST_CASE("an attachment goes from the laptop with its document") {
  Scanned world;
  static_cast<void>(world.team.meet(*world.team.mia, world.line(world.mias)));
  static_cast<void>(world.team.meet(*world.team.tom, world.line(world.toms)));
  REQUIRE(world.is_at(world.toms));
  static_cast<void>(world.team.meet(*world.team.lena));
  world.team.end_assignment(*world.team.lena, world.team.toms_assignment);
  static_cast<void>(world.team.meet(*world.team.lena));
  CHECK(world.team.meet(*world.team.tom, world.line(world.toms)).well());
  CHECK(world.toms.held().empty());
}

TEST_CASE("one file on two documents travels once, and its sender is not refused for it") {
  Scanned world;
  Team& team = world.team;
  team.begin(*team.mia, kinds::document, team.the_case,
             {{16, text("The same report")}, {document_content::digest, text(to_hex(world.content))},
              {document_content::bytes, Value::of_integer(static_cast<std::int64_t>(world.bytes.size()))}});
  const Ended ended = team.meet(*team.mia, world.line(world.mias));
  CHECK(ended.well());
  CHECK(ended.of<WantAttachment>(ended.to_device).size() == 1);
  CHECK(world.is_at(world.offices));
}

TEST_CASE("a piece beyond the end of what is whole is refused, and the office goes on") {
  Scanned world;
  MemoryAttachmentStore store;
  store.add(world.content, world.bytes);
  const AttachmentChunk more{world.content, world.bytes.size(), world.bytes.size() + 1, Bytes{7}};
  CHECK(take_piece(store, more).fault() == Fault(Fault::out_of_order));
  CHECK(world.is_at(store));
}

TEST_CASE("an empty file has nothing to carry") {
  Team team;
  MemoryAttachmentStore none;
  MemoryAttachmentStore offices;
  team.begin(*team.mia, kinds::document, team.the_case,
             {{16, text("Nothing")}, {document_content::digest, text(to_hex(sha256({})))}, {document_content::bytes, Value::of_integer(0)}});
  Line line;
  line.of_laptop = &none;
  line.of_office = &offices;
  const Ended ended = team.meet(*team.mia, line);
  CHECK(ended.well());
  CHECK(ended.of<WantAttachment>(ended.to_device).empty());
}

TEST_CASE("a piece that does not fit where the content stands is refused, and what is held stays") {
  const Bytes bytes = Scanned::contents();
  const Digest content = sha256(bytes);
  const std::uint64_t size = bytes.size();
  const Bytes first(bytes.begin(), bytes.begin() + 100);
  const struct {
    const char* name;
    AttachmentChunk piece;
    Fault fault;
  } rows[] = {
      {"a gap", {content, 200, size, first}, Fault::out_of_order},
      {"again", {content, 0, size, first}, Fault::out_of_order},
      {"nothing", {content, 100, size, {}}, Fault::too_large},
      {"more than it said", {content, 100, 150, first}, Fault::too_large},
      {"beyond the limit", {content, 100, attachment_bytes_max + 1, first}, Fault::too_large},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    MemoryAttachmentStore store;
    REQUIRE(take_piece(store, {content, 0, size, first}).ok());
    const Result<void> taken = take_piece(store, row.piece);
    REQUIRE_FALSE(taken.ok());
    CHECK(taken.fault() == row.fault);
    CHECK(store.bytes_held(content) == 100);
    CHECK_FALSE(store.is_whole(content));
  }
}

}  // namespace
}  // namespace caseload::sync
