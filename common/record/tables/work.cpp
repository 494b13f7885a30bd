#include "common/record/tables/row.h"

// What is done for and with the client. The words of a note are settled once; a correction is an amendment.

namespace caseload::tables {
namespace {

constexpr ScopeType scope = ScopeType::case_file;

KindEntry note() {
  return kind({kinds::note, "note", scope},
              "What happened, was said or was decided, in the words of whoever was there.", {
      header_with(lists::note_type, Occurs::always, {}),
      section(1, "narrative", personal, {
          book(16, "text").once().required().searched(),
          text(17, "in_their_words").once().searched(),
          text(18, "analysis").once().searched(),
          text(19, "intended_outcome").once().searched(),
          text(20, "result").once().required().searched(),
          code(21, "source", lists::note_source).once(),
          code(22, "basis", lists::statement_basis).set(),
          line(23, "tags").set().searched(),
      }),
      section(2, "contact", personal, {
          code(24, "mode", lists::contact_mode),
          line(25, "place").searched(),
          link_to_any(26, "present").set(),
          line(27, "also_present"),
          scale(28, "mood", 4),
          scale(29, "engagement", 4),
          text(30, "support_offered"),
          text(31, "follow_up"),
      }),
      section(3, "impact", personal, {text(32, "impact_on_person").once().searched()}),
      section(4, "decision", personal, {
          text(33, "options").once(),
          text(34, "decision").once().searched(),
          text(35, "rationale").once().searched(),
          date(36, "takes_effect").once(),
          link_to_any(37, "evidence").set(),
          count(38, "evidence_cursor").once(),  // what was known at that time
          link(39, "discussion", kinds::note).set(),
      }),
      section(5, "oversight", personal, {
          text(40, "advice").once().searched(),
          link(41, "advice_to", kinds::worker).set(),
          link_to_any(42, "reviewed").set(),  // what was open on the screen: the proof of review
          count(43, "reviewed_cursor").once(),
          text(44, "recommendation").once().searched(),
          link(45, "review", kinds::review),
      }),
      section(6, "alert", personal, {
          link_to_any(46, "alert").set(),
          line(47, "alert_roles").set(),
      }),
      section(7, "links", personal, {
          link(48, "outcome", kinds::outcome).set(),
          link(49, "appointment", kinds::appointment),
          link(50, "session", kinds::feedback),
          link(51, "copied_from", kinds::note).once(),
      }),
      section(8, "effort", ordinary, {
          count(52, "minutes"),
          count(53, "travel_minutes"),
          count(54, "cost_cents"),
      }),
  });
}

KindEntry amendment() {
  return kind({kinds::amendment, "amendment", scope},
              "What is added to a signed record or corrected in it; the original stays.", {
      header_with(lists::none, Occurs::maybe, {link_to_any(16, "amends").once().required()}),
      section(1, "content", personal, {
          text(17, "reason").once().required(),
          book(18, "text").once().required().searched(),
          line(19, "field").once(),
          link(20, "asked_for_in", kinds::access_request),
      }),
  });
}

KindEntry action() {
  return kind({kinds::action, "action", scope},
              "What somebody is to do for or with the client, by when and why.", {
      header_with(lists::action_type, Occurs::maybe, {
          code(16, "status", lists::action_status).ask().required(),
          date(17, "due").ask().required(),
      }),
      section(1, "content", personal, {
          text(18, "what").required().searched(),
          text(19, "why").required().searched(),
          code(20, "owner_side", lists::action_owner).required(),
          link_to_any(21, "owner").required(),
          code(22, "urgency", lists::urgency),
          text(23, "client_wording"),
          link_to_any(24, "comes_from"),
          link(25, "outcome", kinds::outcome),
          line(26, "statutory_reference"),
      }),
      section(2, "completion", personal, {
          date(27, "done_on"),
          text(28, "evidence").searched(),
          text(29, "not_done_reason"),
          link(30, "document", kinds::document).set(),
          count(31, "minutes"),
      }),
  });
}

KindEntry outcome() {
  return kind({kinds::outcome, "outcome", scope},
              "What is to be different for the client: an outcome, a goal, a milestone.", {
      header_with(lists::outcome_type, Occurs::maybe, {code(16, "status",
          lists::outcome_status).ask().required()}),
      section(1, "content", personal, {
          text(17, "what").required().searched(),
          text(18, "measure").searched(),
          code(19, "domain", lists::life_domain),
          code(20, "horizon", lists::horizon),
          date(21, "planned"),
          date(22, "achieved").ask(),
          link(23, "plan", kinds::plan),
          link(24, "part_of", kinds::outcome),
          link(25, "depends_on", kinds::outcome).set(),
          text(26, "client_wording"),
          line(27, "cost_code"),
      }),
  });
}

KindEntry progress() {
  return kind({kinds::progress, "progress", scope},
              "How far an outcome has come on one day, with the evidence.", {
      header_with(lists::none, Occurs::always, {link(16, "outcome", kinds::outcome).once().required()}),
      section(1, "content", personal, {
          scale(17, "score", 4).ask().required(),
          text(18, "evidence").required().searched(),
          scale(19, "client_score", 4),
          text(20, "client_wording"),
          link_to_any(21, "comes_from"),
      }),
  });
}

KindEntry appointment() {
  return kind({kinds::appointment, "appointment", scope},
              "A meeting that is arranged, how the worker stays safe in it, and who came.", {
      header_with(lists::appointment_type, Occurs::maybe, {
          moment(16, "starts").ask().required(),
          link(17, "worker", kinds::worker),
      }),
      section(1, "arrangement", personal, {
          count(18, "minutes_planned"),
          line(19, "place"),
          text(20, "purpose").searched(),
          link_to_any(21, "invited").set(),
          yes(22, "interpreter"),
          line(23, "interpreter_booked"),
          text(24, "preparation"),
      }),
      section(2, "lone_worker", personal, {
          yes(25, "check_in_needed").ask(),
          moment(26, "check_in_by").ask(),
          moment(27, "checked_in"),
          moment(28, "checked_out"),
          link(29, "escalate_to", kinds::worker).set(),
          link(30, "second_worker", kinds::worker),
      }),
      section(3, "result", personal, {
          code(31, "attendance", lists::attendance).ask(),
          text(32, "absence_reason").askable(),
          link(33, "note", kinds::note),
          yes(34, "cancelled").ask(),
      }),
  });
}

KindEntry referral() {
  return kind({kinds::referral, "referral", scope},
              "The client is sent to a provider for an intervention, within a contract.", {
      header_with(lists::none, Occurs::maybe, {
          link(referral_facts::provider, "provider", kinds::provider).once().required(),
          link(referral_facts::worker, "worker", kinds::worker).ask(),
          code(referral_facts::status, "status", lists::referral_status).ask().required(),
          moment(referral_facts::until, "until").ask(),
      }),
      section(1, "request", personal, {
          link(20, "intervention", kinds::intervention),
          link(21, "contract", kinds::contract),
          text(22, "reason").required().searched(),
          text(23, "what_they_need_to_know"),
          code(24, "urgency", lists::urgency),
          link(25, "consent", kinds::consent),
          link(26, "approval", kinds::approval),
          count(27, "sessions_planned"),
      }),
      section(2, "answer", personal, {
          date(28, "answered_on"),
          text(29, "answer"),
          date(30, "first_session"),
          date(31, "ended_on"),
          text(32, "end_reason"),
      }),
  });
}

KindEntry service_report() {
  return kind({kinds::service_report, "service_report", scope},
              "What a provider did with the client, told by the provider.", {
      header_with(lists::none, Occurs::always, {
          link(16, "referral", kinds::referral).once().required(),
          link(17, "provider", kinds::provider).once().required(),
      }),
      section(1, "content", personal, {
          text(18, "text").once().required().searched(),
          code(19, "attendance", lists::attendance),
          scale(20, "progress", 4),
          text(21, "concerns").searched(),
          count(22, "minutes"),
          yes(23, "completed"),
          text(24, "client_feedback"),
      }),
  });
}

}  // namespace

std::vector<KindEntry> work_kinds() {
  return {note(), amendment(), action(), outcome(), progress(), appointment(), referral(), service_report()};
}

}  // namespace caseload::tables
