#include "common/record/tables/row.h"

// The case itself: what it is, who works in it, how it is planned and handed on.

namespace caseload::tables {
namespace {

constexpr ScopeType scope = ScopeType::case_file;

KindEntry case_file() {
  return kind({kinds::case_file, "case", scope},
              "One client's file: that it exists, what it is for, when it needs attention.", {
      header_with(lists::case_type, Occurs::always, {
          link(case_facts::unit, "unit", kinds::unit).ask().required(),
          code(case_facts::status, "status", lists::case_status).ask().required(),
          link(case_facts::merged_into, "merged_into", kinds::case_file).ask(),
      }),
      section(1, "identity", personal, {
          line(19, "reference").once().required().searched(),
          line(20, "name").required().searched(),
          line(21, "whom_to_call"),
      }),
      section(2, "attention", personal, {
          date(22, "next_contact").required(),
          code(23, "tier", lists::tier).ask(),
          code(24, "stage", lists::case_stage),
          date(25, "stage_since"),
          date(26, "next_review"),
          line(27, "tags").set().searched(),
      }),
      section(3, "legal", personal, {
          code(28, "lawful_basis", lists::lawful_basis).ask().required(),
          line(29, "legal_status").ask(),
          date(30, "legal_status_from").ask(),
          date(31, "legal_status_until").ask(),
          line(32, "court_reference"),
          line(33, "jurisdiction"),
          code(34, "retention_class", lists::retention_class).ask().required(),
          link(35, "contract", kinds::contract),
          link(36, "framework", kinds::framework),  // a case keeps the version it started under
          count(37, "framework_version"),
          yes(case_facts::legal_hold, "legal_hold").ask(),  // nothing of the case is erased meanwhile
      }),
      section(4, "visit", sensitive, {
          text(38, "address_warnings"),
          text(39, "who_lives_there"),
          text(40, "comfort_and_access"),
          text(41, "private_space"),
          yes(42, "two_workers").ask(),
      }),
      section(5, "ending", personal, {
          date(43, "closed_on").ask(),
          text(44, "closing_reason"),
          text(45, "closing_summary").searched(),
      }),
  });
}

KindEntry assignment() {
  return kind({kinds::assignment, "assignment", scope},
              "Who works on the case, as what, from when until when.", {
      header_with(lists::none, Occurs::maybe, {
          link(assignment_facts::worker, "worker", kinds::worker).once().required(),
          code(assignment_facts::role, "role", lists::assignment_role).once().required(),
          moment(assignment_facts::from, "from").ask().required(),
          moment(assignment_facts::until, "until").ask(),
      }),
      section(1, "terms", personal, {
          text(20, "reason"),
          text(21, "over_capacity_reason"),
          count(22, "minutes_a_week"),
      }),
  });
}

KindEntry plan() {
  return kind({kinds::plan, "plan", scope},
              "What client, worker and partners mean to reach, and what they agreed.", {
      header_with(lists::plan_type, Occurs::maybe, {code(16, "status", lists::plan_status).ask().required()}),
      section(1, "content", personal, {
          text(17, "purpose").required().searched(),
          text(18, "client_wishes").searched(),
          text(19, "family_and_community"),
          text(20, "cultural_needs"),
          text(21, "strengths"),
          text(22, "partner_actions").searched(),
          text(23, "contingency"),
          date(24, "starts"),
          date(25, "ends"),
          date(26, "next_review").required(),
          text(27, "revision_reason"),
          link(28, "decision", kinds::note),
      }),
      section(2, "agreement", personal, {
          link_to_any(29, "agreed_by").set(),
          digest(30, "agreed_digest").ask(),
          date(31, "agreed_on").ask(),
          text(32, "dissent"),
          text(33, "client_wording"),
      }),
  });
}

KindEntry handover() {
  return kind({kinds::handover, "handover", scope},
              "A case passes from one worker to another; done only when it is acknowledged.", {
      header_with(lists::handover_reason, Occurs::maybe, {
          link(16, "from", kinds::worker).once().required(),
          link(17, "to", kinds::worker).once().required(),
          code(18, "status", lists::handover_status).ask().required(),
      }),
      section(1, "pack", personal, {
          text(19, "summary").required().searched(),
          text(20, "agenda"),
          text(21, "open_questions"),
          digest(22, "pack_digest").ask(),
          count(23, "pack_cursor"),
          date(24, "takes_effect").ask().required(),
      }),
      section(2, "acknowledgement", personal, {
          moment(25, "acknowledged_at").once(),
          text(26, "receiver_remarks"),
          moment(27, "conversation_at"),
      }),
  });
}

KindEntry priority_override() {
  return kind({kinds::priority_override, "priority_override", scope},
              "Somebody puts the case higher or lower than the policy does.", {
      header_with(lists::none, Occurs::maybe, {moment(16, "until").ask().required()}),
      section(1, "override", personal, {
          count(17, "score").ask().required(),
          text(18, "reason").once().required(),
          count(19, "policy_version").once(),
          count(20, "policy_score").once(),
          link(21, "alert", kinds::worker).set(),
      }),
  });
}

}  // namespace

std::vector<KindEntry> case_kinds() { return {case_file(), assignment(), plan(), handover(), priority_override()}; }

}  // namespace caseload::tables
