#pragma once

#include "common/sqlite/database.h"
#include "sync/session/attachments.h"

namespace caseload::client {

// SqlAttachmentStore: contents of documents, in pieces, in the encrypted database.
//
// Shape    a piece of the database is at most one of the wire's; whatever its size a content is never whole in
//          memory.
// Promise  each append() is on the disk when it returns; inside a store's transaction, when that commits. A content
//          is said to be whole only after its digest was counted over what the database gives back.
// Errors   Breakage, as in database.h; damaged: close() of a content whose digest does not hold.
// Requires a content that its user adds goes in with the document that names it, in one transaction: SqlDeviceStore
// lets
//          go of what no document names.
// Threads  one owner, the database's.
class SqlAttachmentStore : public sync::AttachmentStore {
 public:
  explicit SqlAttachmentStore(Database& database) : database_(database) {}

  bool is_whole(const Digest& content) const override;
  std::uint64_t bytes_held(const Digest& content) const override;
  Bytes read(const Digest& content, std::uint64_t offset, std::size_t bytes_max) const override;
  void append(const Digest& content, BytesView piece) override;
  void close(const Digest& content) override;
  void erase(const Digest& content) override;
  std::vector<Digest> held() const override;  // by digest

 private:
  Database& database_;
};

}  // namespace caseload::client
