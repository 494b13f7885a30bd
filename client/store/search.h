#pragma once

#include "client/store/device_store.h"

namespace caseload::client {

constexpr std::size_t search_bytes_max = 1'000;       // of what somebody types
constexpr std::size_t search_terms_max = 32;          // beyond that nobody searches; somebody tries what happens
constexpr std::size_t search_hits_max = 200;          // a screen or two; the rest is found by a better question
constexpr std::size_t search_candidates_max = 2'000;  // the latest to arrive; to rank every hit takes long
constexpr std::size_t snippet_bytes_max = 240;        // two lines of a terminal

enum class SearchOrder : std::uint8_t { newest, ranked };

// SearchQuery: words as people type them.
//
// Shape    words, all of which must stand in the record · "a phrase" · begin* for what begins so. Case, marks and
//          compatibility forms make no difference. Everything else is taken as words: there is no syntax to get
//          wrong.
struct SearchQuery {
  std::string text;
  std::optional<Id> scope{};        // in one case only
  std::vector<KindNumber> kinds{};  // only of these; none: of all
  SearchOrder order = SearchOrder::newest;
  std::size_t hits_max = 50;      // at most search_hits_max
};

struct SearchHit {
  TimelineEntry entry;
  FieldNumber field = 0;  // from which the snippet is
  std::string snippet;    // safe to show inside text of ours
};

struct SearchResult {
  std::vector<SearchHit> hits;
  bool more = false;  // there are further hits, or too many to look at all of them
};

// Finds records by their words.
//
// Promise  exactly the records that are here now: what was withdrawn is not found, what arrived is. The text cannot
//          be read as anything but words. A person's search is in the audit trail before it is shown: the caller's
//          part.
// Errors   too_large, text_encoding, text_control, text_marks: as of one line of search_bytes_max; too_many: terms.
//          Nothing to look for gives no hits.
// Source   SQLite's FTS5: https://sqlite.org/fts5.html
Result<SearchResult> search(const SqlDeviceStore& store, const SearchQuery& query);

// The words of a query in the language of the index, for a test to read: terms in quotes, side by side; empty if
// there is nothing to look for. Faults: those of search().
Result<std::string> match_text(std::string_view typed);

}  // namespace caseload::client
