#include "client/store/search.h"

#include <algorithm>

#include "common/base/text.h"

namespace caseload::client {
namespace {

struct Term {
  std::string folded;
  bool prefix = false;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// What stands between two quotation marks, or between spaces; a star at its end asks for beginnings.
Result<std::vector<Term>> terms_of(std::string_view typed) {
  Result<std::string> line = check_line(typed, search_bytes_max);
  if (!line) return line.fault();
  std::vector<Term> terms;
  const std::string& text = *line;
  for (std::size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    const bool quoted = text[at] == '"';
    const std::size_t begin = quoted ? at + 1 : at;
    std::size_t end = begin;
    while (end < text.size() && text[end] != '"' && (quoted || !is_space(text[end]))) ++end;
    at = quoted && end < text.size() ? end + 1 : end;
    std::string_view word = std::string_view(text).substr(begin, end - begin);
    bool prefix = quoted && at < text.size() && text[at] == '*';
    if (prefix) ++at;
    for (; !quoted && word.ends_with('*'); word.remove_suffix(1)) prefix = true;
    std::string folded = fold_for_search(word);
    if (folded.find_first_not_of(" *") == std::string::npos) continue;
    terms.push_back({std::move(folded), prefix});
    if (terms.size() > search_terms_max) return Fault(Fault::too_many, "at most 32 words in a search");
  }
  return terms;
}

// A term in quotes is a text to the index, whatever it holds; a quote in it is doubled. What has no letter and no
// digit is no word there, and side by side (unlike AND) such a term asks for nothing.
std::string in_quotes(const Term& term) {
  std::string quoted = "\"";
  for (const char c : term.folded) {
    quoted += c;
    if (c == '"') quoted += '"';
  }
  return quoted + (term.prefix ? "\" *" : "\"");
}

std::string match_of(std::span<const Term> terms) {
  std::string match;
  for (const Term& term : terms) match += (match.empty() ? "" : " ") + in_quotes(term);
  return match;
}

// A scope that is not here has no number; "s0" stands in no entry.
std::string place_of(Database& database, const SearchQuery& query) {
  std::string place;
  if (query.scope) {
    Statement find = database.prepare("SELECT n FROM scope WHERE id = ?");
    find.select(*query.scope);
    place += "place : s" + std::to_string(find.step() ? find.integer(0) : 0) + " AND ";
  }
  if (query.kinds.empty()) return place;
  place += "place : (";
  for (std::size_t i = 0; i < query.kinds.size(); ++i) {
    place += (i == 0 ? "k" : " OR k") + std::to_string(query.kinds[i]);
  }
  return place + ") AND ";
}

// Candidates first, by the index alone and the latest to arrive first; then their rows, in the order asked for.
std::string sql_for(SearchOrder order) {
  const bool ranked = order == SearchOrder::ranked;
  const std::string score = ranked ? "bm25(word_index, 1.0, 0.0)" : "0";
  return "WITH hit (n, score) AS MATERIALIZED (SELECT rowid, " + score +
         " FROM word_index WHERE word_index MATCH ?1 ORDER BY rowid DESC LIMIT ?3) "
         "SELECT record.id, scope.id, kind, actor.id, occurred, (SELECT count(*) FROM hit) FROM hit "
         "JOIN record ON record.n = hit.n JOIN scope ON scope.n = record.scope LEFT JOIN actor ON actor.n = author "
         "WHERE shown = 1 ORDER BY score, occurred DESC, record.id DESC LIMIT ?2";
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Not in the middle of a letter.
std::size_t letter_start(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && continues(text[at])) --at;
  return at;
}

// Where the first of the terms stands in the text, as written there; its beginning if folding hides the place.
std::optional<std::size_t> place_of_terms(std::string_view text, std::span<const Term> terms) {
  constexpr std::size_t looked_at_max = 64 << 10;  // folding word by word costs time
  for (std::size_t at = 0; at < std::min(text.size(), looked_at_max);) {
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end])) ++end;
    const std::string folded = end > at ? fold_for_search(text.substr(at, end - at)) : std::string();
    for (const Term& term : terms) {
      const std::string_view first = std::string_view(term.folded).substr(0, term.folded.find(' '));
      if (!first.empty() && folded.find(first) != std::string::npos) return at;
    }
    at = end + 1;
  }
  return std::nullopt;
}

std::string snippet_around(std::string_view text, std::size_t at) {
  constexpr std::size_t before = 60;
  const std::size_t begin = letter_start(text, at > before ? at - before : 0);
  const std::size_t end = letter_start(text, std::min(text.size(), begin + snippet_bytes_max));
  std::string shown(begin > 0 ? "… " : "");
  for (const char c : text.substr(begin, end - begin)) shown += is_space(c) ? ' ' : c;
  if (end < text.size()) shown += " …";
  return isolate_for_display(shown);
}

void add_snippet(SearchHit& hit, const SqlDeviceStore& store, std::span<const Term> terms) {
  const sync::RecordState state = store.record(hit.entry.row.record);
  const KindEntry* kind = store.catalogue().find_kind(state.kind());
  if (kind == nullptr) return;
  for (const auto& [key, standing] : state.fields()) {
    const FieldEntry* field = kind->find_field(key.field);
    if (field == nullptr || !is_indexed(*field)) continue;
    for (const sync::HeldWrite& write : standing.standing()) {
      if (write.out || write.value.type() != ValueType::text) continue;
      const std::optional<std::size_t> at = place_of_terms(write.value.text(), terms);
      if (!at && !hit.snippet.empty()) continue;
      hit.field = key.field;
      hit.snippet = snippet_around(write.value.text(), at.value_or(0));
      if (at) return;
    }
  }
}

}  // namespace

Result<std::string> match_text(std::string_view typed) {
  const Result<std::vector<Term>> terms = terms_of(typed);
  if (!terms) return terms.fault();
  return match_of(*terms);
}

Result<SearchResult> search(const SqlDeviceStore& store, const SearchQuery& query) {
  const Result<std::vector<Term>> terms = terms_of(query.text);
  if (!terms) return terms.fault();
  SearchResult result;
  if (terms->empty()) return result;
  const std::size_t hits_max = std::min(query.hits_max, search_hits_max);
  const std::string match = place_of(store.database(), query) + "words : (" + match_of(*terms) + ")";
  Statement find = store.database().prepare(sql_for(query.order));
  std::size_t candidates = 0;
  for (find.select(match, hits_max + 1, search_candidates_max + 1); find.step();) {
    const Id author = find.is_null(3) ? Id{} : find.id(3);
    const sync::RecordRow row{find.id(0), find.id(1), static_cast<KindNumber>(find.integer(2)), author};
    result.hits.push_back({{row, from_milliseconds(find.integer(4))}, 0, {}});
    candidates = static_cast<std::size_t>(find.integer(5));
  }
  find.finish();
  result.more = result.hits.size() > hits_max || candidates > search_candidates_max;
  if (result.hits.size() > hits_max) result.hits.resize(hits_max);
  for (SearchHit& hit : result.hits) add_snippet(hit, store, *terms);
  return result;
}

}  // namespace caseload::client
