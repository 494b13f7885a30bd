#pragma once

#include <map>

#include "client/casework/records.h"
#include "client/web/visit.h"

namespace caseload::client {

// How the page says things: days, people, values, signs.

std::string day_in_words(Date day);                                    // 22 November 2026
std::string moment_in_words(const Workplace& place, WallTime moment);  // 22 November 2026, 14:05
std::string day_from_now(const Workplace& place, Date day);            // today, in 3 days, 5 days ago

// A sign, a word and a colour, together: no colour stands alone.
Json tag_of(std::string_view colour, std::string_view sign, std::string words);
Json tag_of(Whereabouts where);
Json level_tag(const std::string& level);  // of a risk or an alert, by the code's name

// Who and what an identifier stands for, in words; each is looked up once a page.
class Naming {
 public:
  explicit Naming(const Workplace& place) : place_(place) {}
  const std::string& of(const Id& record);  // of one that is not here: its short identifier
  std::string who(const Id& worker);        // "you", or the name

 private:
  const Workplace& place_;
  std::map<Id, std::string> known_;
};

std::string shortened(const std::string& text, std::size_t letters_max);

// A value as people read it; and, of a reference, where it leads.
struct ValueWords {
  std::string text;
  std::string href{};
};
ValueWords value_in_words(const Workplace& place, Naming& naming, const FieldEntry& field,
                          const Value& value);

// The fields of a record that say something, as rows of a summary; those of the header that rules look at
// left out.
Json facts_of(const Workplace& place, Naming& naming, const RecordShown& shown);

}  // namespace caseload::client
