#pragma once

#include "client/casework/act.h"
#include "client/web/form.h"
#include "client/web/sitting.h"
#include "common/command/answer.h"

namespace caseload::client {

// Visit: one request of the person at work, checked and read; what a page works on.
struct Visit {
  Workplace& place;
  Sitting& sitting;
  Fields query;                 // behind the "?"
  Fields form;                  // of a POST; else empty
  std::vector<std::string> at;  // what varies in the address: identifiers, a kind's name
  bool acts = false;            // a POST
  std::string target;           // as it was asked for
};

// Screen: what a page answers: a template with what it is filled with, or another address to go to.
struct Screen {
  std::string view;
  Json data = Json::object();
  int status = 200;
  std::string go{};      // not empty: the browser goes there
  bool as_json = false;  // `data` itself, for a script of the page
};

// A row of the table of pages.
using PageFunction = Result<Screen> (*)(Visit& visit);
struct PageEntry {
  std::string_view path;  // "/case/*/add/*": each star is one part of Visit::at
  PageFunction page;
  bool acts = false;  // asked for by POST, else by GET
};

std::span<const PageEntry> home_pages();
std::span<const PageEntry> case_pages();
std::span<const PageEntry> note_pages();
std::span<const PageEntry> record_pages();
std::span<const PageEntry> conflict_pages();
std::span<const PageEntry> handover_pages();
std::span<const PageEntry> team_pages();
std::span<const PageEntry> sync_pages();
std::span<const PageEntry> find_pages();

Screen go_to(std::string path);                                // after an act: another address
Screen go_to(const std::string& path, std::string_view done);  // and there "done.<done>" is said
Result<Id> id_at(const Visit& visit, std::size_t which);       // Faults: not_found: no identifier

// What stands in the way, above the form: in words; `href` leads to the field. Of a Fault: its wording.
void tell_problem(Json& data, const Fault& fault, const std::string& href = {});
void add_problem(Json& data, std::string words, std::string href);

}  // namespace caseload::client
