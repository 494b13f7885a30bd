#include "client/store/audit.h"

#include "client/store/names.h"
#include "common/crypto/hash.h"
#include "common/sqlite/transaction.h"

namespace caseload::client {
namespace {

Digest digest_after(const Digest& before, BytesView entry) {
  Bytes bytes = to_bytes(as_bytes("caseload/audit_entry/1"));
  append(bytes, before);
  append(bytes, entry);
  return sha256(bytes);
}

}  // namespace

Result<std::uint64_t> AuditTrail::append(const sync::AuditEntry& entry) {
  CHECK(!database_.in_transaction(), "an audit entry is durable at once");
  if (Result<void> sound = entry.check(); !sound) return sound.fault();
  Transaction act(database_);
  const std::uint64_t number = size() + 1;
  const Bytes bytes = encode(entry);
  database_.prepare("INSERT INTO audit (number, entry, digest) VALUES (?, ?, ?)")
      .run(number, bytes, digest_after(tip(), bytes));
  act.commit();
  return number;
}

std::uint64_t AuditTrail::size() const {
  Statement last = database_.prepare("SELECT coalesce(max(number), 0) FROM audit");
  last.select();
  return last.step() ? static_cast<std::uint64_t>(last.integer(0)) : 0;
}

Digest AuditTrail::tip() const {
  Statement last = database_.prepare("SELECT digest FROM audit ORDER BY number DESC LIMIT 1");
  last.select();
  return last.step() ? digest_at(last, 0) : Digest{};
}

std::vector<AuditRow> AuditTrail::entries(std::uint64_t first, std::size_t rows_max) const {
  std::vector<AuditRow> rows;
  Statement page =
      database_.prepare("SELECT number, entry, digest FROM audit WHERE number >= ? ORDER BY number LIMIT ?");
  for (page.select(bound(first), rows_max); page.step();) {
    rows.push_back({static_cast<std::uint64_t>(page.integer(0)), decode_own<sync::AuditEntry>(page.blob(1)),
                    digest_at(page, 2)});
  }
  return rows;
}

Result<void> AuditTrail::check() const {
  std::int64_t expected = 1;
  Digest before{};
  Statement all = database_.prepare("SELECT number, entry, digest FROM audit ORDER BY number");
  for (all.select(); all.step(); ++expected) {
    const Digest digest = digest_after(before, all.blob(1));
    const bool follows = all.integer(0) == expected && digest_at(all, 2) == digest;
    if (!follows) return Fault(Fault::damaged, "audit entry " + std::to_string(expected));
    before = digest;
  }
  return {};
}

}  // namespace caseload::client
