#include "server/store/sql.h"

#include "common/base/check.h"

namespace caseload::server {
namespace {

template <std::size_t N>
ByteArray<N> exactly(BytesView bytes) {
  const Result<ByteArray<N>> taken = take_exactly<N>(bytes);
  if (!taken) throw Breakage(Breakage::What::damaged, "a name in the database has another length");
  return *taken;
}

}  // namespace

Id id_at(const SqlRow& row, int column) { return Id{exactly<16>(row.bytes(column))}; }
Digest digest_at(const SqlRow& row, int column) { return exactly<32>(row.bytes(column)); }

void throw_damaged(const Fault& fault) {
  throw Breakage(Breakage::What::damaged, "a row of the database: " + fault.to_string());
}

}  // namespace caseload::server
