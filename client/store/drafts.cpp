#include "client/store/drafts.h"

#include "common/codec/codec.h"
#include "common/sqlite/transaction.h"

namespace caseload::client {
namespace {

// As a draft travels. The time is that of the device that saved it.
struct TravellingDraft {
  Id id;
  Id scope;
  KindNumber kind = 0;
  std::int64_t saved_ms = 0;
  Bytes content;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, scope, kind, saved_ms, content);
  }
};

SavedDraft draft_of(const Statement& row) {
  return {row.id(0), row.id(1), static_cast<KindNumber>(row.integer(2)), from_milliseconds(row.integer(3)),
          to_bytes(row.blob(4))};
}

}  // namespace

Result<void> Drafts::keep(const SavedDraft& draft) {
  if (draft.content.size() > draft_bytes_max) return Fault(Fault::too_large, "a draft of at most 4 MiB");
  JoinedTransaction act(database_);
  database_
      .prepare("INSERT INTO draft (id, scope, kind, saved, content) VALUES (?1, ?2, ?3, ?4, ?5) "
               "ON CONFLICT (id) DO UPDATE SET scope = ?2, kind = ?3, saved = ?4, content = ?5")
      .run(draft.id, draft.scope, draft.kind, to_milliseconds(draft.saved), draft.content);
  act.commit();
  return {};
}

std::optional<SavedDraft> Drafts::find(const Id& id) const {
  Statement find = database_.prepare("SELECT id, scope, kind, saved, content FROM draft WHERE id = ?");
  find.select(id);
  if (!find.step()) return std::nullopt;
  return draft_of(find);
}

std::vector<SavedDraft> Drafts::all() const {
  std::vector<SavedDraft> drafts;
  Statement all = database_.prepare("SELECT id, scope, kind, saved, content FROM draft ORDER BY saved DESC, id DESC");
  for (all.select(); all.step();) drafts.push_back(draft_of(all));
  return drafts;
}

void Drafts::remove(const Id& id) {
  JoinedTransaction act(database_);
  database_.prepare("DELETE FROM draft WHERE id = ?").run(id);
  act.commit();
}

std::optional<Bytes> Drafts::seal_for_travel(const Id& id, const SealForTravel& seal) const {
  std::optional<SavedDraft> draft = find(id);
  if (!draft) return std::nullopt;
  const TravellingDraft travelling{draft->id, draft->scope, draft->kind, to_milliseconds(draft->saved),
                                   std::move(draft->content)};
  return seal(encode(travelling));
}

Result<SavedDraft> Drafts::read_travelled(BytesView opened) {
  Result<TravellingDraft> travelled = decode<TravellingDraft>(opened);
  if (!travelled) return travelled.fault();
  return SavedDraft{travelled->id, travelled->scope, travelled->kind, from_milliseconds(travelled->saved_ms),
                    std::move(travelled->content)};
}

}  // namespace caseload::client
