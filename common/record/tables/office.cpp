#include "common/record/tables/row.h"

// How the work of a team is planned, watched and bettered, and what is a worker's own.

namespace caseload::tables {
namespace {

constexpr ScopeType team = ScopeType::unit;
constexpr ScopeType own_file = ScopeType::worker_file;

KindEntry work_plan() {
  return kind({kinds::work_plan, "work_plan", team},
              "What a team means to do in a period, and which case files it will look at.", {
      header_with(lists::plan_scope, Occurs::maybe, {code(16, "status",
          lists::work_status).ask().required().held(ordinary)}),
      section(1, "context", ordinary, {
          line(17, "title").required().searched(),
          text(18, "purpose").required(),
          date(19, "from").required(),
          date(20, "until").required(),
          text(21, "standards"),
          text(22, "constraints"),
          text(23, "strategy"),
          text(24, "needs_and_gaps"),
          text(25, "sources"),
          text(26, "why_changed"),
      }),
      section(2, "sampling", personal, {
          text(27, "strata"),
          count(28, "seed").once(),
          link(29, "sample", kinds::case_file).set(),
      }),
      section(3, "agreement", ordinary, {
          link(30, "agreed_by", kinds::worker).set(),
          link(31, "read_by", kinds::worker).set(),
          text(32, "dissent"),
      }),
  });
}

KindEntry objective() {
  return kind({kinds::objective, "objective", team},
              "Something a team or a worker is to reach, measurable, agreed by both sides.", {
      header_with(lists::objective_type, Occurs::maybe, {
          link(16, "worker", kinds::worker).once(),
          code(17, "status", lists::work_status).ask().required(),
      }),
      section(1, "content", personal, {
          text(18, "specific").required().searched(),
          text(19, "measurable").required(),
          text(20, "achievable").required(),
          text(21, "relevant").required(),
          date(22, "due").required(),
          link(23, "work_plan", kinds::work_plan),
          code(24, "urgency", lists::urgency),
          text(25, "resources"),
          text(26, "result"),
      }),
      section(2, "agreement", personal, {
          link(27, "agreed_by", kinds::worker).set(),
          digest(28, "agreed_digest").ask(),
          link(29, "read_by", kinds::worker).set(),
      }),
  });
}

KindEntry monitoring_point() {
  return kind({kinds::monitoring_point, "monitoring_point", team},
              "One dated piece of work of a plan: an activity, a sample, a measurement, a report.", {
      header_with(lists::monitoring_type, Occurs::maybe, {
          code(16, "status", lists::work_status).ask().required().held(ordinary),
          date(17, "due").ask().required().held(ordinary),
          link(18, "owner", kinds::worker).ask().required(),
      }),
      section(1, "content", ordinary, {
          line(19, "what").required().searched(),
          link(20, "deputy", kinds::worker),
          link(21, "work_plan", kinds::work_plan),
          link(22, "objective", kinds::objective),
          line(23, "indicator"),
          count(24, "target"),
      }),
      section(2, "result", ordinary, {
          count(25, "measured"),
          text(26, "finding"),
          moment(27, "data_until").once(),
          digest(28, "report_digest"),
          date(29, "submitted_on"),
          link(30, "acknowledged_by", kinds::worker).set(),
      }),
  });
}

KindEntry feedback() {
  return kind({kinds::feedback, "feedback", own_file},
              "What was found in a worker's practice: audit, observation, supervision session, attestation.", {
      header_with(lists::feedback_type, Occurs::always, {
          link(16, "about", kinds::worker).once().required(),
          code(17, "status", lists::work_status).ask(),
      }),
      section(1, "finding", personal, {
          text(18, "summary").required().searched(),
          text(19, "rubric_scores"),
          scale(20, "score", 100),
          link_to_any(21, "evidence").set(),
          count(22, "evidence_cursor").once(),  // the versions that were looked at
          link(23, "monitoring_point", kinds::monitoring_point),
          link(24, "second_mark_of", kinds::feedback).once(),
          link(25, "framework", kinds::framework).once(),
          link(26, "provider", kinds::provider).once(),
      }),
      section(2, "session", personal, {
          text(27, "agenda"),
          link(28, "cases_discussed", kinds::case_file).set(),
          text(29, "agreed_actions"),
          link(30, "oversight_note", kinds::note).set(),  // an audit is not closed without one
      }),
      section(3, "answer", personal, {
          text(31, "answer"),
          moment(32, "answered_at").once(),
          link(33, "signed_by", kinds::worker).set(),
      }),
  });
}

KindEntry notice() {
  return kind({kinds::notice, "notice", team},
              "Something that named people must learn of, and who has read it. It names no client.", {
      header_with(lists::notice_type, Occurs::maybe, {
          link(16, "to", kinds::worker).set(),
          line(17, "to_roles").set().held(ordinary),
          code(18, "urgency", lists::urgency).held(ordinary),
      }),
      section(1, "content", ordinary, {
          line(19, "title").required(),
          text(20, "text"),
          link_to_any(21, "about"),
          digest(22, "attachment_digest"),
          date(23, "pinned_until"),
          yes(24, "acknowledgement_needed"),
      }),
      section(2, "receipts", ordinary, {
          link(25, "delivered_to", kinds::worker).set(),
          link(26, "read_by", kinds::worker).set(),
          link(27, "acknowledged_by", kinds::worker).set(),
      }),
  });
}

KindEntry improvement() {
  return kind({kinds::improvement, "improvement", team},
              "Something in the way we work that should be better.", {
      header_with(lists::improvement_type, Occurs::maybe, {code(16, "status",
          lists::work_status).required().held(ordinary)}),
      section(1, "content", ordinary, {
          text(17, "what").required().searched(),
          line(18, "process_step"),
          text(19, "proposal").searched(),
          link(20, "owner", kinds::worker),
          text(21, "result"),
      }),
  });
}

KindEntry resource_request() {
  return kind({kinds::resource_request, "resource_request", team},
              "A worker asks for hours, a specialist, money or an interpreter; a manager decides.", {
      header_with(lists::resource_type, Occurs::maybe, {
          code(16, "decision", lists::decision).ask(),
          link(17, "of_case", kinds::case_file).once(),
      }),
      section(1, "request", personal, {
          text(18, "what").required().searched(),
          text(19, "why").required(),
          count(20, "minutes"),
          count(21, "cost_cents"),
          date(22, "needed_by"),
      }),
      section(2, "decision", personal, {
          text(23, "decision_reason"),
          count(24, "minutes_granted").ask(),
          count(25, "cents_granted").ask(),
      }),
  });
}

KindEntry consultation() {
  return kind({kinds::consultation, "consultation", team},
              "Whom we asked about an issue, what they said, what was chosen and why.", {
      header_with(lists::consultation_type, Occurs::maybe, {
          code(16, "status", lists::work_status).ask().required().held(ordinary),
          date(17, "answer_due").ask().held(ordinary),
      }),
      section(1, "issue", personal, {
          line(18, "issue").required().searched(),
          link_to_any(19, "asked").set(),
          line(20, "also_asked"),
          text(21, "options"),
          text(22, "goals"),
      }),
      section(2, "answers", personal, {
          text(23, "answers").searched(),
          link_to_any(24, "answered").set(),
          text(25, "chosen").ask(),
          text(26, "rejected"),
          text(27, "rationale"),
          digest(28, "agreed_digest").ask(),
          link_to_any(29, "agreed_by").set(),
          text(30, "dissent"),
          link(31, "applied_in", kinds::framework),
      }),
  });
}

KindEntry draft() {
  return kind({kinds::draft, "draft", own_file},
              "Work not yet signed, sealed to its author, so that a lost device loses none.", {
      header_with(lists::none, Occurs::maybe, {
          link(16, "device", kinds::device).once(),
          yes(17, "finished").ask(),
      }),
      section(1, "sealed", sensitive, {
          book(18, "sealed").in_one_line().required(),  // base 64: only its author's key opens it
          count(19, "saves"),
      }),
  });
}

KindEntry skill() {
  return kind({kinds::skill, "skill", own_file},
              "What a worker can do, or needs to learn, with the evidence and how long it holds.", {
      header_with(lists::none, Occurs::maybe, {}),
      section(1, "content", personal, {
          line(16, "skill").once().required().searched(),
          text(17, "evidence"),
          date(18, "expires").ask(),
          text(19, "training"),
          code(20, "level", lists::skill_level).ask().required(),
      }),
  });
}

KindEntry absence() {
  return kind({kinds::absence, "absence", own_file},
              "Days on which a worker is not there, so that the work can be planned around them.", {
      header_with(lists::absence_type, Occurs::maybe, {}),
      section(1, "period", personal, {
          date(16, "from").ask().required(),
          date(17, "until").ask().required(),
          link(18, "covered_by", kinds::worker),
      }),
  });
}

KindEntry late_answer() {
  return kind({kinds::late_answer, "late_answer", own_file},
              "What became of a worker's late work: told in the worker's own file, whatever became of the case.", {
      header_with(lists::none, Occurs::maybe, {
          link(late_answer_facts::late_work, "late_work", kinds::late_work).once().required(),
          code(late_answer_facts::decision, "decision", lists::late_decision).once().required(),
      }),
      section(1, "answer", personal, {
          link_to_any(late_answer_facts::changes, "changes").set(),
          text(19, "reason").once(),
          link(20, "decided_by", kinds::worker).once().required(),
          moment(21, "decided_at").once().required(),
      }),
  });
}

}  // namespace

std::vector<KindEntry> office_kinds() {
  return {work_plan(), objective(), monitoring_point(), feedback(), notice(), improvement(), resource_request(),
          consultation(), draft(), skill(), absence(), late_answer()};
}

}  // namespace caseload::tables
