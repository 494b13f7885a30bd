#include "client/casework/exchange/taken.h"

#include "common/crypto/hash.h"

namespace caseload::client {

std::optional<Id> Taken::find(const Digest& identity) const {
  Statement find = database_.prepare("SELECT record FROM taken_row WHERE identity = ?");
  find.select(identity);
  if (!find.step()) return std::nullopt;
  return find.id(0);
}

void Taken::put(const Digest& identity, const Id& record) {
  database_.prepare("INSERT INTO taken_row (identity, record) VALUES (?, ?)").run(identity, record);
}

// Each part with its length before it, so that no two rows run together.
Digest identity_of(const RowIdentity& row) {
  Sha256 digest;
  const auto add = [&](std::string_view part) {
    Bytes size;
    append_u64(size, part.size());
    digest.update(size);
    digest.update(as_bytes(part));
  };
  add("caseload/taken_row/1");
  add(row.source);
  add(row.name);
  for (const std::string& value : row.key) add(value);
  return digest.finish();
}

}  // namespace caseload::client
