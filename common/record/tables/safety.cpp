#include "common/record/tables/row.h"

// What may hurt somebody. Where two devices differ, the more protective value is in force until a person decides.

namespace caseload::tables {
namespace {

constexpr ScopeType scope = ScopeType::case_file;

KindEntry risk() {
  return kind({kinds::risk, "risk", scope},
              "A risk to or from somebody: its level, what raises it, what is done.", {
      header_with(lists::risk_type, Occurs::maybe, {}),
      section(1, "level", personal, {
          code(16, "level", lists::risk_level).safest().required(),
          code(17, "status", lists::risk_status).ask().required(),
          date(18, "assessed_on").ask().required(),
          date(19, "review_on").ask().required(),
          line(20, "tool"),
          count(21, "tool_score").ask(),
          code(22, "alert", lists::safety_alert).safest(),
      }),
      section(2, "assessment", sensitive, {
          text(23, "who_is_at_risk").required(),
          text(24, "what_and_how"),
          text(25, "raises_it"),
          text(26, "lowers_it"),
          text(27, "rationale").required(),
          text(28, "override_reason"),
          link_to_any(29, "about").set(),
      }),
      section(3, "management", personal, {
          text(30, "plan"),
          text(31, "contingency"),
          link(32, "alert_people", kinds::worker).set(),
          link(33, "action", kinds::action).set(),
      }),
  });
}

KindEntry incident() {
  return kind({kinds::incident, "incident", scope},
              "Something happened that endangers somebody: a safety alert.", {
      header_with(lists::incident_type, Occurs::always, {
          code(16, "alert", lists::safety_alert).safest().required(),
          yes(17, "staff_safety").ask(),
      }),
      section(1, "account", sensitive, {
          text(18, "what_happened").required(),
          code(19, "severity", lists::severity).ask().required(),
          link_to_any(20, "involved").set(),
          line(21, "place"),
          text(22, "injuries"),
      }),
      section(2, "response", personal, {
          text(23, "immediate_action").required(),
          yes(24, "police_told").askable(),
          line(25, "police_reference"),
          link(26, "alert_people", kinds::worker).set(),
          text(27, "de_escalation"),
          text(28, "learning"),
          date(29, "review_on"),
      }),
  });
}

KindEntry contact_restriction() {
  return kind({kinds::contact_restriction, "contact_restriction", scope},
              "Who may not meet, approach or be told what; one record for each.", {
      header_with(lists::restriction_type, Occurs::maybe, {
          code(16, "status", lists::restriction_status).safest().required(),
          date(17, "from").ask().required(),
          date(18, "until").ask(),
      }),
      section(1, "terms", sensitive, {
          text(19, "terms").ask().required(),
          link_to_any(20, "restricted").set(),
          link_to_any(21, "protected").set(),
          text(22, "zone").ask(),
          line(23, "ordered_by"),
          line(24, "court_reference"),
          link(25, "document", kinds::document),
      }),
  });
}

KindEntry crisis() {
  return kind({kinds::crisis, "crisis", scope},
              "An acute situation and the steps taken; open, it stands above everything.", {
      header_with(lists::crisis_type, Occurs::always, {
          code(16, "status", lists::crisis_status).safest().required(),
          moment(17, "closed_at").ask(),
      }),
      section(1, "course", sensitive, {
          text(18, "situation").required(),
          text(19, "steps_taken"),
          text(20, "numbers_called"),
          line(21, "protocol"),
          text(22, "where_now").ask(),
      }),
      section(2, "alert", personal, {
          link(23, "alert_people", kinds::worker).set(),
          link(24, "told", kinds::worker).set(),
          text(25, "closing_reason"),
          text(26, "debrief"),
      }),
  });
}

KindEntry emergency_access() {
  return kind({kinds::emergency_access, "emergency_access", scope},
              "Somebody opens the case in an emergency, for a short time, and says why.", {
      header_with(lists::none, Occurs::maybe, {
          link(emergency_facts::worker, "worker", kinds::worker).once().required(),
          moment(emergency_facts::until, "until").once().required(),
          yes(emergency_facts::ended, "ended").ask(),
      }),
      section(1, "reason", personal, {
          text(19, "reason").once().required(),
          link(20, "reviewed_by", kinds::worker),
          code(21, "finding", lists::decision).ask(),
          text(22, "finding_reason"),
      }),
  });
}

}  // namespace

std::vector<KindEntry> safety_kinds() {
  return {risk(), incident(), contact_restriction(), crisis(), emergency_access()};
}

}  // namespace caseload::tables
