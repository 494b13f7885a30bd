#include "client/store/attachments.h"
#include "common/crypto/hash.h"
#include "tests/simulation/memory_attachment_store.h"
#include "tests/unit/client/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

TEST_CASE("whatever pieces come in whatever sizes, the store on disk and the fake hold the same") {
  SeededRandom random(6);
  StoreOnDisk disk;
  sync::MemoryAttachmentStore fake;
  std::vector<Digest> names;
  for (int i = 0; i < 3; ++i) names.push_back(random.bytes<32>());
  for (int step = 0; step < 120; ++step) {
    if (step % 17 == 0) disk.open();
    SqlAttachmentStore store(disk.database());
    const Digest& name = names[random.below(names.size())];
    if (random.chance(1, 15)) {
      store.erase(name);
      fake.erase(name);
    } else {
      Bytes piece(random.chance(1, 4) ? random.below(300'000) : random.below(200));
      random.fill(piece);
      store.append(name, piece);
      fake.append(name, piece);
    }
    for (const Digest& each : names) {
      REQUIRE(store.bytes_held(each) == fake.bytes_held(each));
      if (fake.bytes_held(each) == 0) continue;
      const std::uint64_t offset = random.below(fake.bytes_held(each) + 1);
      const std::size_t size = random.below(200'000);
      REQUIRE(store.read(each, offset, size) == fake.read(each, offset, size));
    }
    REQUIRE(store.held() == fake.held());
  }
}

TEST_CASE("a content is whole when its digest holds, and never before") {
  StoreOnDisk disk;
  SqlAttachmentStore store(disk.database());
  const Bytes content(150'000, 7);
  const Digest digest = sha256(content);
  store.append(digest, BytesView(content).first(100'000));
  CHECK_FALSE(store.is_whole(digest));
  CHECK_THROWS_AS(store.close(digest), Breakage);
  CHECK_FALSE(store.is_whole(digest));
  store.append(digest, BytesView(content).subspan(100'000));
  store.close(digest);
  CHECK(store.is_whole(digest));
  disk.open();
  CHECK(SqlAttachmentStore(disk.database()).is_whole(digest));
  CHECK(SqlAttachmentStore(disk.database()).read(digest, 0, 1'000'000) == content);
}

TEST_CASE("pieces of a session make a content, and one whose digest does not hold is dropped") {
  StoreOnDisk disk;
  SqlAttachmentStore store(disk.database());
  Bytes content(10'000, 1);
  const Digest digest = sha256(content);
  CHECK(take_piece(store, {digest, 0, 10'000, Bytes(4'000, 1)}).ok());
  CHECK(take_piece(store, {digest, 3'000, 10'000, Bytes(4'000, 1)}).fault() == Fault::out_of_order);
  CHECK(take_piece(store, {digest, 4'000, 10'000, Bytes(7'000, 1)}).fault() == Fault::too_large);
  CHECK(take_piece(store, {digest, 4'000, 10'000, Bytes(6'000, 2)}).ok());
  CHECK(store.bytes_held(digest) == 0);
  CHECK(take_piece(store, {digest, 0, 10'000, content}).ok());
  CHECK(store.is_whole(digest));
  const sync::AttachmentChunk piece = piece_of(store, {digest, 9'999});
  CHECK(piece.size == 10'000);
  CHECK(piece.bytes == Bytes(1, 1));
}

TEST_CASE("pieces inside a store's transaction stay or go with it") {
  StoreOnDisk disk;
  SqlAttachmentStore store(disk.database());
  const Digest name = sha256(as_bytes("x"));
  disk->begin();
  store.append(name, as_bytes("x"));
  store.close(name);
  disk->rollback();
  CHECK(store.held().empty());
  disk->begin();
  store.append(name, as_bytes("x"));
  store.close(name);
  disk->commit();
  CHECK(store.is_whole(name));
  const Digest nothing = sha256({});
  store.close(nothing);
  CHECK(store.is_whole(nothing));
  CHECK(store.bytes_held(nothing) == 0);
}
