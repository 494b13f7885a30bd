#include <algorithm>

#include "client/casework/notes.h"
#include "client/casework/status.h"
#include "client/casework/wording.h"
#include "client/web/show.h"
#include "client/web/texts.h"
#include "common/record/kinds.h"

// The way to the office: what is where, item by item, and the truth about it.

namespace caseload::client {
namespace {

constexpr std::size_t items_shown = 100;  // of each state; the number of all stands above

Json item(const Workplace& place, Naming& naming, const sync::StoredChange& stored, Json tag) {
  const sync::ChangeHeader& header = stored.change.header;
  const KindEntry* kind = place.catalogue().find_kind(header.kind);
  const bool here = place.store.find_record(header.record).has_value();
  return {{"what", kind == nullptr ? "" : label_of(*kind)},
          {"case", naming.of(header.scope)},
          {"when", moment_in_words(place, header.stamp.wall_time())},
          {"tag", std::move(tag)},
          {"href", here ? "/record/" + header.record.to_string() : ""}};
}

void add_items(Json& items, const Workplace& place, const std::vector<Id>& changes, const Json& tag) {
  Naming naming(place);
  for (std::size_t i = 0; i < std::min(items_shown, changes.size()); ++i) {
    if (const std::optional<sync::StoredChange> stored = place.store.find(changes[i]))
      items.push_back(item(place, naming, *stored, tag));
  }
}

Json drafts(const Workplace& place) {
  Naming naming(place);
  Json rows = Json::array();
  for (const NoteDraft& draft : note_drafts(place)) {
    rows.push_back({{"what", text_of_key("kind.note")},
                    {"case", naming.of(draft.scope)},
                    {"when", moment_in_words(place, draft.saved)},
                    {"tag", tag_of(Whereabouts::draft)},
                    {"href", "/draft/" + draft.id.to_string()}});
  }
  return rows;
}

// The last try, in words: a lost office is said to be lost, and what is safe all the same.
void add_last_try(Json& data, Visit& visit, const SyncNow& now) {
  data["under_way"] = now.under_way;
  data["progress"] = text_of_key(
      "sync.progress", {{"sent", std::to_string(now.pushed)}, {"received", std::to_string(now.received)}});
  data["last"] =
      now.ended ? text_of_key("sync.last", {{"when", moment_in_words(visit.place, *now.ended)}}) : "";
  data["next"] =
      now.next_try ? text_of_key("sync.next", {{"when", moment_in_words(visit.place, *now.next_try)}}) : "";
  data["failed"] = "";
  if (!now.ended) return;
  if (now.fault) {
    const Wording words = wording_of(*now.fault);
    data["failed"] = words.happened;
    data["failed_kept"] = words.kept;
    data["failed_remedy"] = words.remedy;
    return;
  }
  data["last"] = text_of_key("sync.went", {{"when", moment_in_words(visit.place, *now.ended)},
                                           {"sent", std::to_string(now.pushed)},
                                           {"received", std::to_string(now.received)}});
  if (now.late > 0) data["late_words"] = count_in_words("sync.became_late", now.late);
  if (now.withdrawn > 0) data["withdrawn_words"] = count_in_words("sync.withdrawn", now.withdrawn);
}

Result<Screen> panel(Visit& visit) {
  const Workplace& place = visit.place;
  const Status now = status_but_deadlines(place);
  Screen screen{"sync"};
  Json& data = screen.data;
  data["title"] = text_of_key("sync.title");
  data["office"] = visit.sitting.office();
  add_last_try(data, visit, visit.sitting.sync_now());
  const auto figure = [](const char* key, const std::string& value) {
    return Json{{"label", text_of_key(key)}, {"value", value}};
  };
  const std::string last =
      now.last_session ? moment_in_words(place, *now.last_session) : text_of_key("strip.never");
  data["figures"] = Json::array(
      {figure("sync.unsent", std::to_string(now.unsent)), figure("sync.waiting", std::to_string(now.waiting)),
       figure("sync.late", std::to_string(now.late)), figure("sync.conflicts", std::to_string(now.conflicts)),
       figure("sync.drafts", std::to_string(now.drafts)), figure("sync.cases", std::to_string(now.cases)),
       figure("sync.arriving", std::to_string(now.arriving)), figure("sync.last_head", last),
       figure("sync.ledger", std::to_string(now.tree_size)),
       figure("sync.lease", moment_in_words(place, now.lease_until)),
       figure("sync.purges", std::to_string(place.store.purge_receipts().size()))});
  std::vector<Id> sent;
  for (const sync::WaitingSegment& segment : place.store.waiting())
    sent.insert(sent.end(), segment.changes.begin(), segment.changes.end());
  data["items"] = drafts(place);
  add_items(data["items"], place, place.store.unsent(), tag_of("yellow", "▣", text_of_key("item.queued")));
  add_items(data["items"], place, sent, tag_of("blue", "↑", text_of_key("item.sent")));
  add_items(data["items"], place, place.store.late(), tag_of("orange", "◔", text_of_key("item.late")));
  add_items(data["items"], place, place.store.declined(), tag_of("red", "✗", text_of_key("item.declined")));
  return screen;
}

Result<Screen> begin(Visit& visit) {
  visit.sitting.begin_sync();
  return go_to("/sync");
}

}  // namespace

std::span<const PageEntry> sync_pages() {
  static const std::vector<PageEntry> pages{{"/sync", panel}, {"/sync", begin, true}};
  return pages;
}

}  // namespace caseload::client
