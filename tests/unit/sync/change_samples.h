#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "common/base/random.h"
#include "common/crypto/hash.h"
#include "common/record/kinds.h"
#include "sync/ledger/change.h"

// Changes for tests, said in one line each.
namespace caseload::sync::test {

// Ids that are easy to read in a failure, and ascend with their number.
inline Id numbered(std::uint32_t number) {
  Id id;
  id.bytes[0] = 1;
  for (std::size_t i = 0; i < 4; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> 8 * i);
  return id;
}

inline WallTime minute(std::int64_t number) {
  return *parse_moment("2026-11-22T08:00:00Z") + std::chrono::minutes(number);
}

inline Write write(FieldNumber field, const Value& value, std::vector<Id> replaces = {}) {
  return Write{field, value, false, std::move(replaces)};
}
inline Write take_out(FieldNumber field, const Value& element, std::vector<Id> replaces) {
  return Write{field, element, true, std::move(replaces)};
}

// A change that is not yet composed. Without a record it creates one; without a scope the record is its own.
struct Draft {
  Id id;
  Id record;
  Id scope;
  KindNumber kind = kinds::note;
  Id author = numbered(900);
  WallTime at = minute(0);
  std::vector<Part> parts;

  Draft& in(const Id& of) {
    scope = of;
    return *this;
  }
  Draft& on(const Id& of) {
    record = of;
    return *this;
  }
  Draft& by(const Id& worker) {
    author = worker;
    return *this;
  }
  Draft& of(KindNumber number) {
    kind = number;
    return *this;
  }
  Draft& when(WallTime moment) {
    at = moment;
    return *this;
  }
  Draft& says(SectionNumber section, std::vector<Write> writes) {
    parts.push_back(Part{section, {}, std::move(writes)});
    return *this;
  }

  SaltSeed seed() const {
    const Digest digest = sha256(id.bytes);
    SaltSeed bytes{};
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    return bytes;
  }
  ChangeFacts facts() const {
    const Id of = record.is_none() ? id : record;
    return {id, Stamp::at(at), author, scope.is_none() ? of : scope, of, kind};
  }
  Result<Change> composed() const { return compose(facts(), parts, seed()); }
  Change change() const {
    Result<Change> made = composed();
    CHECK(made.ok(), "a sample that does not compose");
    return *made;
  }
};
inline Draft draft(std::uint32_t number) {
  return Draft{.id = numbered(number), .record = {}, .scope = {}, .parts = {}};
}

}  // namespace caseload::sync::test
