#include "common/record/tables/row.h"

// The code lists. A code is added at the end of its list and never taken out: it is retired. Where a list is ordered,
// its severities leave room between them; more is more protective. A list that code reads takes its numbers from
// kinds.h.

namespace caseload::tables {
namespace {

struct Code {
  CodeNumber number;
  std::string_view name;
  std::uint8_t severity = 0;
};

CodeList numbered(lists::Number number, std::string_view name, std::initializer_list<Code> codes) {
  CodeList list{number, std::string(name), {}};
  for (const Code& code : codes) list.codes.push_back({code.number, std::string(code.name), code.severity});
  return list;
}

// Codes numbered from 1 in the order in which they stand.
CodeList words(lists::Number number, std::string_view name, std::initializer_list<std::string_view> names) {
  CodeList list{number, std::string(name), {}};
  for (const std::string_view word : names) {
    list.codes.push_back({static_cast<CodeNumber>(list.codes.size() + 1), std::string(word)});
  }
  return list;
}

std::vector<CodeList> general_lists() {
  using namespace lists;
  return {
      numbered(answer, "answer",
               {{number_of(Answer::not_asked), "not_asked"},
                {number_of(Answer::asked), "asked"},
                {number_of(Answer::declined), "declined"},
                {number_of(Answer::not_safe_to_ask), "not_safe_to_ask"}}),
      numbered(marking, "marking",
               {{number_of(Marking::ordinary), "ordinary", 0},
                {number_of(Marking::sensitive), "sensitive", 10},
                {number_of(Marking::restricted), "restricted", 20}}),
      numbered(urgency, "urgency",
               {{number_of(Urgency::routine), "routine"},
                {number_of(Urgency::soon), "soon"},
                {number_of(Urgency::urgent), "urgent"},
                {number_of(Urgency::immediate), "immediate"}}),
      words(lawful_basis, "lawful_basis",
            {"consent", "legal_obligation", "public_task", "vital_interests", "contract", "court_order",
             "safeguarding", "legitimate_interests"}),
      words(party_type, "party_type",
            {"client", "family", "provider", "court", "police", "health", "school", "authority", "employer",
             "other"}),
  };
}

std::vector<CodeList> case_lists() {
  using namespace lists;
  return {
      words(case_type, "case_type",
            {"community_supervision", "custody", "resettlement", "child_in_need", "child_protection",
             "looked_after_child",
             "leaving_care", "career_guidance", "public_case", "other"}),
      numbered(case_status, "case_status",
               {{number_of(CaseStatus::prospective), "prospective"},
                {number_of(CaseStatus::open), "open"},
                {number_of(CaseStatus::suspended), "suspended"},
                {number_of(CaseStatus::closed), "closed"}}),
      words(case_stage, "case_stage",
            {"intake", "assessment", "planning", "intervention", "review", "ending"}),
      words(retention_class, "retention_class",
            {"standard", "extended", "child", "statutory_hold", "permanent"}),
      numbered(tier, "tier",
               {{number_of(Tier::light), "light"},
                {number_of(Tier::standard), "standard"},
                {number_of(Tier::enhanced), "enhanced"},
                {number_of(Tier::intensive), "intensive"}}),
      numbered(assignment_role, "assignment_role",
               {{number_of(AssignmentRole::lead), "lead"},
                {number_of(AssignmentRole::co), "co"},
                {number_of(AssignmentRole::supervisor), "supervisor"},
                {number_of(AssignmentRole::provider), "provider"}}),
      words(person_type, "person_type", {"client", "family", "carer", "victim", "associate", "other"}),
      words(plan_type, "plan_type",
            {"sentence_plan", "care_plan", "child_protection_plan", "pathway_plan", "career_plan",
             "service_plan"}),
      words(plan_status, "plan_status", {"draft", "agreed", "under_revision", "completed", "ended"}),
      words(relation, "relation",
            {"self", "parent", "child", "sibling", "partner", "former_partner", "grandparent", "carer",
             "guardian",
             "friend", "elder", "other"}),
      words(stakeholder_type, "stakeholder_type",
            {"court", "police", "prison", "health", "school", "employer", "housing", "community",
             "tribal_authority",
             "legal_representative", "reviewing_officer", "family_intervention_worker", "personal_adviser",
             "other"}),
      words(protocol_type, "protocol_type", {"judicial", "cultural", "business", "clinical", "other"}),
  };
}

std::vector<CodeList> work_lists() {
  using namespace lists;
  return {
      numbered(note_type, "note_type",
               {{number_of(NoteType::contact), "contact"},
                {number_of(NoteType::home_visit), "home_visit"},
                {number_of(NoteType::phone), "phone"},
                {number_of(NoteType::letter), "letter"},
                {number_of(NoteType::assessment), "assessment"},
                {number_of(NoteType::oversight), "oversight"},
                {number_of(NoteType::decision), "decision"},
                {number_of(NoteType::supervision), "supervision"},
                {number_of(NoteType::office_visit), "office_visit"},
                {number_of(NoteType::video_call), "video_call"},
                {number_of(NoteType::message), "message"},
                {12, "meeting"},
                {13, "partner_contact"},
                {14, "missed_contact"},
                {15, "other"}}),
      words(note_source, "note_source",
            {"seen", "told_by_client", "told_by_family", "told_by_agency", "document"}),
      words(statement_basis, "statement_basis", {"fact", "opinion", "third_party", "not_verified"}),
      words(contact_mode, "contact_mode",
            {"face_to_face", "phone", "video", "letter", "message", "no_contact"}),
      words(action_type, "action_type",
            {"task", "agreed_action", "enforcement", "legal", "safety", "from_oversight"}),
      words(action_owner, "action_owner", {"worker", "client", "provider", "manager", "partner"}),
      numbered(action_status, "action_status",
               {{number_of(ActionStatus::open), "open"},
                {number_of(ActionStatus::done), "done"},
                {number_of(ActionStatus::not_done), "not_done"},
                {number_of(ActionStatus::cancelled), "cancelled"}}),
      words(outcome_type, "outcome_type", {"outcome", "goal", "milestone"}),
      words(outcome_status, "outcome_status",
            {"intended", "in_progress", "achieved", "partly_achieved", "not_achieved"}),
      words(horizon, "horizon", {"immediate", "short_term", "long_term"}),
      words(life_domain, "life_domain",
            {"accommodation", "employment", "education", "finance", "health", "mental_health",
             "substance_use",
             "relationships", "parenting", "attitudes", "culture_and_identity", "safety", "legal", "other"}),
      words(need_status, "need_status", {"identified", "being_met", "met", "not_met"}),
      words(severity, "severity", {"minor", "moderate", "serious", "critical"}),
      words(barrier_status, "barrier_status", {"open", "mitigated", "removed", "accepted"}),
      words(appointment_type, "appointment_type",
            {"office", "home_visit", "prison_visit", "phone", "video", "group", "provider", "court",
             "interpreter"}),
      words(attendance, "attendance",
            {"attended", "attended_late", "acceptable_absence", "unacceptable_absence",
             "waiting_for_evidence",
             "cancelled_by_us", "left_early"}),
      numbered(referral_status, "referral_status",
               {{number_of(ReferralStatus::sent), "sent"},
                {number_of(ReferralStatus::accepted), "accepted"},
                {number_of(ReferralStatus::rejected), "rejected"},
                {number_of(ReferralStatus::ended), "ended"}}),
  };
}

std::vector<CodeList> safety_lists() {
  using namespace lists;
  return {
      words(risk_type, "risk_type",
            {"harm_to_others", "harm_to_self", "harm_from_others", "reoffending", "child_safety", "domestic_abuse",
             "exploitation", "neglect", "staff_safety", "absconding", "escape"}),
      // Nobody has looked yet is not the same as low.
      numbered(risk_level, "risk_level",
               {{number_of(RiskLevel::low), "low", 10},
                {number_of(RiskLevel::medium), "medium", 20},
                {number_of(RiskLevel::high), "high", 30},
                {number_of(RiskLevel::very_high), "very_high", 40},
                {number_of(RiskLevel::not_assessed), "not_assessed", 15}}),
      numbered(risk_status, "risk_status",
               {{number_of(RiskStatus::current), "current"},
                {number_of(RiskStatus::managed), "managed"},
                {number_of(RiskStatus::ended), "ended"}}),
      words(incident_type, "incident_type",
            {"intimidation", "abuse", "harassment", "stalking", "violence", "threat", "self_harm", "missing",
             "death", "breach", "near_miss", "other"}),
      numbered(safety_alert, "safety_alert",
               {{number_of(SafetyAlert::none), "none", 0},
                {number_of(SafetyAlert::information), "information", 10},
                {number_of(SafetyAlert::caution), "caution", 20},
                {number_of(SafetyAlert::danger), "danger", 30}}),
      words(restriction_type, "restriction_type",
            {"no_contact", "supervised_contact", "no_children", "exclusion_zone", "protected_address",
             "two_workers", "office_only"}),
      numbered(restriction_status, "restriction_status",
               {{1, "lifted", 10}, {2, "expired", 20}, {3, "in_force", 30}}),
      words(crisis_type, "crisis_type",
            {"suicide", "violence", "missing", "homelessness", "overdose", "family", "other"}),
      numbered(crisis_status, "crisis_status",
               {{number_of(CrisisStatus::closed), "closed", 10}, {number_of(CrisisStatus::open), "open", 20}}),
  };
}

std::vector<CodeList> formal_lists() {
  using namespace lists;
  return {
      numbered(consent_status, "consent_status",
               {{number_of(ConsentStatus::given), "given", 10},
                {number_of(ConsentStatus::expired), "expired", 20},
                {number_of(ConsentStatus::refused), "refused", 30},
                {number_of(ConsentStatus::withdrawn), "withdrawn", 40}}),
      words(disclosure_purpose, "disclosure_purpose",
            {"service", "safeguarding", "court", "crime_prevention", "access_request", "export", "research",
             "other"}),
      words(review_type, "review_type",
            {"case_review", "looked_after_review", "child_protection_conference", "core_group",
             "court_hearing",
             "multi_agency_meeting", "parole_hearing", "supervision_session", "other"}),
      words(readiness, "readiness", {"not_started", "in_hand", "ready", "not_ready"}),
      words(document_type, "document_type",
            {"letter", "report", "court_report", "assessment", "photo", "form", "identity", "agreement",
             "other"}),
      words(approval_type, "approval_type",
            {"record", "assessment", "report", "court_report", "plan", "referral", "closure",
             "rule_override", "capacity"}),
      words(decision, "decision", {"approved", "returned", "refused", "withdrawn"}),
      words(appeal_type, "appeal_type", {"appeal", "renegotiation", "complaint"}),
      words(appeal_status, "appeal_status", {"open", "upheld", "partly_upheld", "dismissed", "withdrawn"}),
      words(handover_reason, "handover_reason",
            {"workload", "absence", "worker_leaves", "client_moves", "specialist", "conflict_of_interest",
             "request"}),
      numbered(handover_status, "handover_status",
               {{number_of(HandoverStatus::prepared), "prepared"},
                {number_of(HandoverStatus::offered), "offered"},
                {number_of(HandoverStatus::acknowledged), "acknowledged"},
                {number_of(HandoverStatus::declined), "declined"},
                {number_of(HandoverStatus::cancelled), "cancelled"}}),
      words(request_type, "request_type",
            {"subject_access", "correction", "erasure", "restriction", "official_information"}),
      words(request_status, "request_status",
            {"received", "identity_checked", "in_progress", "answered", "refused"}),
      words(late_reason, "late_reason",
            {"no_longer_assigned", "not_allowed", "breaks_a_rule", "builds_on_late_work", "device_suspended",
             "record_signed", "safer_value_stands", "second_copy", "record_unknown", "not_understood"}),
      numbered(late_decision, "late_decision",
               {{number_of(LateDecision::waiting), "waiting"},
                {number_of(LateDecision::released), "released"},
                {number_of(LateDecision::declined), "declined"}}),
  };
}

std::vector<CodeList> office_lists() {
  using namespace lists;
  return {
      numbered(standing, "standing",
               {{number_of(Standing::active), "active", 10},
                {number_of(Standing::suspended), "suspended", 20},
                {number_of(Standing::lost), "lost", 30}}),
      numbered(worker_standing, "worker_standing",
               {{1, "active", 10}, {2, "suspended", 20}, {3, "left", 30}}),
      words(provider_type, "provider_type",
            {"health", "housing", "education", "employment", "substance_use", "counselling", "cultural",
             "legal", "other"}),
      words(contract_type, "contract_type", {"programme", "service", "grant", "agreement"}),
      words(evidence_grade, "evidence_grade", {"strong", "promising", "mixed", "untested", "harmful"}),
      words(setting, "setting", {"custody", "community", "both"}),
      words(plan_scope, "plan_scope",
            {"team_plan", "sampling_plan", "report_calendar", "needs_assessment", "process"}),
      words(objective_type, "objective_type", {"team", "personal", "organisation"}),
      words(monitoring_type, "monitoring_type",
            {"activity", "sample", "observation", "dip_check", "metric", "report", "evaluation"}),
      words(work_status, "work_status", {"draft", "agreed", "in_progress", "done", "cancelled"}),
      words(feedback_type, "feedback_type",
            {"audit", "second_mark", "observation", "supervision_session", "attestation", "appraisal",
             "provider"}),
      words(notice_type, "notice_type",
            {"priority_change", "plan_change", "alert", "release", "announcement", "reminder"}),
      words(improvement_type, "improvement_type",
            {"process", "form", "synchronisation", "rule", "training", "other"}),
      words(resource_type, "resource_type",
            {"hours", "specialist", "budget", "interpreter", "transport", "other"}),
      words(consultation_type, "consultation_type", {"consultation", "negotiation", "options_review"}),
      words(skill_level, "skill_level", {"gap", "basic", "competent", "expert"}),
      words(absence_type, "absence_type", {"leave", "sickness", "training", "parental", "other"}),
  };
}

}  // namespace

std::vector<CodeList> all_code_lists() {
  std::vector<CodeList> all;
  for (auto* part : {general_lists, case_lists, work_lists, safety_lists, formal_lists, office_lists}) {
    for (CodeList& list : part()) all.push_back(std::move(list));
  }
  return all;
}

}  // namespace caseload::tables
