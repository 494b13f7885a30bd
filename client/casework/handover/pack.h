#pragma once

#include "client/casework/attention/attention.h"

namespace caseload::client {

constexpr std::size_t pack_contacts_max = 5;  // the last ones: what a receiver reads first

// Pack: what is open in a case, counted from the case itself, for whoever receives it.
//
// Shape    the deadlines that are open; risks that have not ended; the last contacts; how many records people disagree
//          about; how many changes of the case have not been receipted by the office, and how many notes this person
//          has not signed.
// Promise  digest() is of deadlines, risks and contacts alone, which do not depend on who sends when: on two
//          devices that
//          hold the same parts of the case it is the same.
struct Pack {
  std::vector<DueRow> due;
  std::vector<Id> risks;
  std::vector<Id> contacts;  // notes, the latest first
  std::size_t conflicts = 0;
  std::size_t unsent = 0;
  std::size_t drafts = 0;

  std::string digest() const;  // 64 letters of 0-9 and a-f
};
Pack make_pack(const Workplace& place, const Id& scope);

// What to speak about when the case is handed over, from what is open; names nobody.
std::string agenda_of(const Pack& pack);

}  // namespace caseload::client
