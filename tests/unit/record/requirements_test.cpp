#include "common/record/names.h"

#include "tests/support/test.h"

using namespace caseload;

// Where each requirement's facts live. Rows that are answered by looking at records (boards, reports, clocks) name what
// they look at.

namespace {

struct Row {
  const char* requirement;
  std::vector<const char*> places;
};

void expect_places(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.requirement);
    CHECK_FALSE(row.places.empty());
    for (const char* place : row.places) {
      CAPTURE(place);
      const Result<FieldPlace> found = find_place(Catalogue::built_in(), place);
      CHECK(found.ok());
      if (!found) MESSAGE(found.fault().to_string());
    }
  }
}

}  // namespace

TEST_CASE("managing a personal caseload: each requirement has fields to live in") {
  expect_places({
      {"1.1 purpose", {"case.attention.stage", "case.attention.next_contact", "action.header.due"}},
      {"1.2 records", {"note.header.type", "note.header.occurred", "note.contact.present", "note.narrative.source",
                       "note.narrative.basis", "note.narrative.result"}},
      {"1.3 obstacles", {"barrier.header.type", "barrier.content.severity", "barrier.content.mitigation",
                         "barrier.content.owner", "barrier.content.review_on", "barrier.content.what_helped"}},
      {"1.4 contracts and numbers", {"contract.terms.cases_max_per_full_time", "contract.terms.contact_days_max",
                                     "contract.terms.service_levels", "contract.terms.next_report",
                                     "contract.price.case_points", "worker.capacity.points_available",
                                     "assignment.terms.over_capacity_reason"}},
      {"2.1 key information", {"case.legal.lawful_basis", "case.legal.retention_class", "case.legal.jurisdiction",
                               "consent.header.status"}},
      {"2.2 actions", {"action.content.owner_side", "action.content.owner", "action.header.due",
                       "action.header.status", "action.completion.evidence", "action.content.client_wording"}},
      {"2.3 notes and outcomes", {"note.links.outcome", "note.narrative.intended_outcome", "progress.content.score",
                                  "progress.content.evidence", "amendment.header.amends", "amendment.content.text"}},
      {"2.4 handover", {"handover.pack.summary", "handover.pack.agenda", "handover.pack.pack_digest",
                        "handover.acknowledgement.acknowledged_at"}},
      {"3.1 characteristics", {"person.background.ethnicity", "person.manner.adjustments", "person.manner.language",
                               "risk.level.level", "case.attention.stage_since"}},
      {"3.2 progress", {"outcome.header.type", "outcome.content.planned", "outcome.content.achieved"}},
      {"3.3 early warning", {"appointment.result.attendance", "barrier.header.status", "outcome.content.depends_on",
                             "referral.header.status"}},
      {"3.4 exchange", {"disclosure.what.recipient", "disclosure.header.type", "disclosure.what.lawful_basis",
                        "disclosure.what.consent", "disclosure.what.override_reason", "disclosure.what.fields",
                        "disclosure.what.expires"}},
      {"3.5 improvement", {"improvement.content.process_step", "improvement.content.proposal"}},
      {"4.1 criteria", {"framework.definition.priorities", "framework.header.takes_effect"}},
      {"4.2 override", {"priority_override.override.reason", "priority_override.header.until",
                        "priority_override.override.policy_version"}},
      {"4.3 deadlines", {"action.header.due", "review.header.starts", "document.description.due",
                         "unit.practice.holidays"}},
      {"4.4 informing", {"notice.header.to", "notice.header.to_roles", "notice.receipts.delivered_to",
                         "notice.receipts.read_by"}},
      {"4.5 resources", {"resource_request.request.minutes", "resource_request.request.cost_cents",
                         "resource_request.header.decision"}},
      {"4.6 displacement", {"priority_override.header.until", "case.attention.next_contact"}},
      {"4.7 attention", {"case.attention.tier", "case.attention.next_contact"}},
  });
}

TEST_CASE("offender management practices: each requirement has fields to live in") {
  expect_places({
      {"1.1 needs assessment", {"unit.practice.profile", "work_plan.context.needs_and_gaps",
                                "work_plan.context.sources"}},
      {"1.2 interventions", {"intervention.description.horizon", "intervention.description.eligibility",
                             "intervention.description.dosage", "intervention.description.evidence",
                             "intervention.description.setting", "intervention.description.places"}},
      {"1.3 consulting", {"consultation.issue.asked", "consultation.issue.issue", "consultation.issue.options",
                          "consultation.answers.answers", "consultation.header.answer_due"}},
      {"1.4 agreement", {"plan.agreement.agreed_by", "plan.agreement.agreed_digest", "plan.agreement.dissent",
                         "consultation.answers.agreed_by"}},
      {"1.5 options", {"consultation.answers.chosen", "consultation.answers.rejected",
                       "consultation.answers.applied_in"}},
      {"1.6 goals", {"framework.definition.indicators", "monitoring_point.content.indicator",
                     "monitoring_point.content.target", "monitoring_point.result.measured"}},
      {"1.7 responsibilities", {"framework.process.responsibilities"}},
      {"1.8 appeals", {"appeal.grounds.grounds", "appeal.grounds.deadline", "appeal.header.decider",
                       "appeal.header.original_decider", "appeal.grounds.interim_measures",
                       "appeal.outcome.client_told_on"}},
      {"1.9 context", {"person.context.family_and_kin", "person.context.community", "person.context.cultural_needs",
                       "person.manner.interpreter", "plan.content.cultural_needs"}},
      {"2.1 release packs", {"framework.process.guides", "notice.content.pinned_until", "notice.receipts.read_by"}},
      {"2.2 locked and flexible", {"framework.process.locked_and_flexible", "approval.decision.rule"}},
      {"2.3 versions", {"case.legal.framework", "case.legal.framework_version", "framework.agreement.units"}},
      {"2.4 provider contracts", {"contract.terms.scope", "contract.terms.referrals_max", "contract.price.price_cents",
                                  "contract.terms.service_levels", "contract.terms.data_sharing_terms",
                                  "contract.header.until", "referral.request.contract", "referral.request.approval"}},
      {"2.5 sharing", {"sharing_rules.rules.text", "sharing_rules.header.version"}},
      {"2.6 specialists", {"referral.answer.answered_on", "service_report.content.attendance",
                           "service_report.content.completed", "service_report.content.client_feedback"}},
      {"2.7 crisis", {"crisis.header.status", "crisis.course.steps_taken", "crisis.course.numbers_called",
                      "crisis.alert.alert_people", "framework.process.crisis_protocols"}},
      {"2.8 attestation", {"feedback.finding.framework", "feedback.finding.score", "framework.agreement.agreed_by"}},
      {"2.9 evaluation", {"note.effort.minutes", "note.effort.cost_cents", "outcome.content.cost_code"}},
      {"2.10 reporting", {"monitoring_point.result.data_until", "monitoring_point.result.report_digest",
                          "monitoring_point.result.submitted_on", "monitoring_point.result.acknowledged_by"}},
  });
}

TEST_CASE("planning and monitoring work: each requirement has fields to live in") {
  expect_places({
      {"1.1 context", {"work_plan.context.purpose", "work_plan.context.from", "work_plan.context.standards",
                       "work_plan.context.constraints", "work_plan.context.strategy"}},
      {"1.2 skills and resources", {"skill.content.skill", "skill.content.level", "skill.content.evidence",
                                    "skill.content.expires", "worker.capacity.minutes_a_week",
                                    "worker.identity.languages", "absence.period.from"}},
      {"1.3 success criteria", {"objective.content.measurable", "objective.agreement.read_by"}},
      {"1.4 work plan", {"monitoring_point.header.due", "work_plan.sampling.strata", "work_plan.sampling.seed",
                         "work_plan.sampling.sample"}},
      {"2.1 responsibilities", {"monitoring_point.header.owner", "monitoring_point.content.deputy"}},
      {"2.2 objectives", {"objective.content.specific", "objective.content.achievable", "objective.content.relevant",
                          "objective.content.due", "objective.agreement.agreed_by"}},
      {"3.1 monitoring", {"monitoring_point.header.type", "monitoring_point.header.due"}},
      {"3.2 audit", {"feedback.finding.rubric_scores", "feedback.finding.evidence", "feedback.finding.evidence_cursor",
                     "feedback.answer.answer", "feedback.finding.second_mark_of"}},
      {"4.1 amending the plan", {"work_plan.context.why_changed"}},
      {"4.2 telling", {"notice.content.about", "notice.receipts.acknowledged_by"}},
  });
}

TEST_CASE("management oversight: each requirement has fields to live in") {
  expect_places({
      {"Intro-1 record health", {"note.header.signed_off", "note.header.occurred", "review.header.starts"}},
      {"Intro-2 discussion to decision", {"note.decision.discussion", "note.decision.evidence",
                                          "note.decision.evidence_cursor"}},
      {"Intro-3 three kinds of note", {"note.header.type"}},
      {"When-1 why decisions were made", {"note.decision.rationale", "access_request.request.asked_for"}},
      {"When-2 supervision", {"feedback.session.agenda", "feedback.session.cases_discussed",
                              "feedback.session.agreed_actions", "note.links.session"}},
      {"When-3 decision", {"note.decision.options", "note.decision.decision", "note.decision.takes_effect",
                           "plan.content.decision"}},
      {"When-4 oversight", {"note.oversight.reviewed", "note.oversight.reviewed_cursor", "note.oversight.advice"}},
      {"When-a audit", {"feedback.session.oversight_note"}},
      {"When-b before a conference", {"review.header.oversight_due", "review.preparation.progress",
                                      "review.preparation.readiness", "review.preparation.recommendation",
                                      "review.preparation.reviewing_officer"}},
      {"When-c authorising", {"approval.decision.content_digest", "approval.header.decision",
                              "approval.decision.comment"}},
      {"When-d court reports", {"approval.decision.court_reference", "approval.decision.due",
                                "approval.decision.second_check", "document.description.court_reference"}},
      {"When-e advice", {"note.oversight.advice", "note.oversight.advice_to", "action.content.comes_from"}},
      {"Content-1 impact", {"note.impact.impact_on_person"}},
      {"Content-2 actions", {"action.content.what", "action.content.why"}},
      {"Content-3 alerting", {"note.alert.alert", "note.alert.alert_roles"}},
  });
}

TEST_CASE("relationships: each requirement has fields to live in") {
  expect_places({
      {"legislation", {"access_request.request.law", "case.legal.jurisdiction"}},
      {"stakeholders and conflict", {"stakeholder.header.type", "incident.header.type", "incident.account.severity",
                                     "incident.header.staff_safety"}},
      {"1.1 environment", {"case.visit.address_warnings", "case.visit.who_lives_there", "case.visit.private_space",
                           "case.visit.comfort_and_access", "person.manner.sensory_needs"}},
      {"1.2 respect", {"person.identity.preferred_name", "person.identity.pronouns", "person.manner.language",
                       "person.manner.greeting", "person.manner.tikanga", "appointment.arrangement.interpreter"}},
      {"1.3 listening", {"note.narrative.in_their_words", "note.narrative.analysis"}},
      {"1.4 sufficiency", {"need.content.question", "need.content.answer", "need.content.needed_for"}},
      {"1.5 reactions", {"note.contact.mood", "note.contact.engagement", "note.contact.support_offered",
                         "note.contact.follow_up", "draft.sealed.sealed"}},
      {"1.6 escalation", {"person.safety.triggers", "person.safety.de_escalation", "person.safety.two_workers",
                          "appointment.lone_worker.check_in_by", "appointment.lone_worker.escalate_to"}},
      {"2.1 protocols", {"stakeholder.protocol.protocol", "stakeholder.protocol.channels",
                         "stakeholder.identity.hours", "stakeholder.protocol.forms",
                         "stakeholder.protocol.data_agreement"}},
      {"2.2 joint outcomes", {"plan.content.partner_actions", "review.minutes.minutes", "review.minutes.agreed",
                              "review.minutes.disagreements", "stakeholder.influence.disagreements"}},
      {"not asked, declined, not safe to ask", {"need.content.answer", "person.background.religion"}},
  });
}

TEST_CASE("the sections that sharing rules name are there") {
  struct Named { const char* kind; const char* section; };
  const Named rows[] = {{"case", "identity"}, {"person", "identity"}, {"note", "narrative"}, {"referral", "request"},
                        {"service_report", "content"}, {"risk", "level"}, {"incident", "account"}};
  for (const Named& row : rows) {
    CAPTURE(row.kind);
    const Result<const KindEntry*> kind = find_kind_named(Catalogue::built_in(), row.kind);
    REQUIRE(kind.ok());
    CHECK(find_section_named(**kind, row.section).ok());
  }
}
