#include "client/store/drafts.h"
#include "client/store/search.h"
#include "tests/unit/client/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

TEST_CASE("a draft is kept, replaced, listed and removed, across openings") {
  StoreOnDisk disk;
  Pen pen(1);
  const SavedDraft one{pen.id(), pen.id(), kinds::note, from_milliseconds(5), to_bytes(as_bytes("half a sentence"))};
  SavedDraft two{pen.id(), {}, kinds::case_file, from_milliseconds(6), {}};
  CHECK(Drafts(disk.database()).keep(one).ok());
  CHECK(Drafts(disk.database()).keep(two).ok());
  disk.open();
  Drafts drafts(disk.database());
  CHECK(drafts.all() == std::vector{two, one});
  CHECK(drafts.find(one.id) == one);
  CHECK_FALSE(drafts.find(pen.id()));
  two.content = Bytes(1'000, 3);
  CHECK(drafts.keep(two).ok());
  CHECK(drafts.find(two.id) == two);
  CHECK(drafts.all().size() == 2);
  CHECK(search(*disk, {.text = "sentence"})->hits.empty());
  drafts.remove(one.id);
  drafts.remove(one.id);
  CHECK(drafts.all() == std::vector{two});
}

TEST_CASE("a draft leaves in the transaction that keeps its change, or stays") {
  StoreOnDisk disk;
  Pen pen(2);
  Drafts drafts(disk.database());
  const SavedDraft draft{pen.id(), pen.id(), kinds::note, {}, Bytes(10, 1)};
  CHECK(drafts.keep(draft).ok());
  disk->begin();
  drafts.remove(draft.id);
  disk->rollback();
  CHECK(drafts.find(draft.id));
  disk->begin();
  drafts.remove(draft.id);
  disk->commit();
  CHECK_FALSE(drafts.find(draft.id));
}

TEST_CASE("a draft too large is refused, and what was kept stays") {
  StoreOnDisk disk;
  Pen pen(3);
  Drafts drafts(disk.database());
  SavedDraft draft{pen.id(), {}, kinds::note, {}, Bytes(10, 1)};
  CHECK(drafts.keep(draft).ok());
  draft.content.resize(draft_bytes_max + 1);
  CHECK(drafts.keep(draft).fault() == Fault::too_large);
  CHECK(drafts.find(draft.id)->content.size() == 10);
}

TEST_CASE("a draft travels closed, and is the same when opened") {
  StoreOnDisk disk;
  Pen pen(4);
  Drafts drafts(disk.database());
  const SavedDraft draft{pen.id(), pen.id(), kinds::note, from_milliseconds(-5), Bytes(300, 9)};
  CHECK(drafts.keep(draft).ok());
  Bytes given;
  const std::optional<Bytes> sealed = drafts.seal_for_travel(draft.id, [&](BytesView bytes) {
    given = to_bytes(bytes);
    return Bytes{1, 2, 3};
  });
  CHECK(sealed == Bytes{1, 2, 3});
  CHECK(*Drafts::read_travelled(given) == draft);
  CHECK_FALSE(drafts.seal_for_travel(pen.id(), [](BytesView) { return Bytes{}; }));
  for (std::size_t size = 0; size < 40; ++size) CHECK_FALSE(Drafts::read_travelled(BytesView(given).first(size)).ok());
  given.push_back(0);
  CHECK_FALSE(Drafts::read_travelled(given).ok());
}
