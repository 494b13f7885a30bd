#pragma once

#include <map>

#include "sync/office/facts.h"

namespace caseload::sync {

// Judge: whether the office takes a change into its log, or holds it for a person.
//
// Gives    nothing to say: accepted. Otherwise the reason for which it becomes late work:
//            suspended      the device may push, and a person looks at all of it
//            not_allowed    the author may not write this now; or it decides a conflict of protection downwards
//            held           it builds on something that is itself held
//            not_found      it writes to a record that the office does not have in this scope
//            already_there  a second write to a field that is written once
//            unknown_kind, unknown_field, wrong_section, bad_value … what the catalogue does not know or allow
// Shape    one for a device and a moment. What it reads of the author and of scopes it keeps for the changes that
//          follow: they mostly ask the same.
// Promise  a change is judged whole, by the facts before it and after it, and by nothing but the log and these
//          arguments.
// Requires whole changes whose form was checked, of segments that verified, and that are not in the log; that nobody
//          else writes meanwhile, and that each change that was put into the store is told.
class Judge {
 public:
  struct With {
    const OfficeStore& store;
    const Catalogue& catalogue;
    const CompiledRules& rules;
    const OfficeDevice& device;
    WallTime now;
  };
  explicit Judge(const With& with);

  Result<void> judge(const Change& change);

  // It stands in the store now, in the log or as late work: what it may have moved is read anew.
  void was_put(const ChangeHeader& header);

 private:
  struct Scope {
    std::optional<OfficeChange> root;  // what created it
    const Mask* mask = nullptr;        // of the author; made when it is asked for
  };

  Scope& scope(const Id& id);
  const Mask& mask_for(const Change& change);
  Result<void> check_place(const Change& change, const std::optional<OfficeChange>& created);
  Result<void> judge_rights(const Change& change, const Id& author);

  const With with_;
  const OfficeFacts facts_;
  MadeMasks masks_;
  std::optional<ViewerFacts> viewer_;
  std::map<Id, Scope> scopes_;
};

}  // namespace caseload::sync
