#pragma once

#include <cstdint>

namespace caseload::tables::lists {

// The numbers of our code lists. Never changed, never used again; codes.cpp has what is in them.
enum Number : std::uint16_t {
  none = 0,
  // any kind
  answer = 1, marking = 2, urgency = 3, lawful_basis = 4, party_type = 5,
  // case and people
  case_type = 10, case_status = 11, retention_class = 12, tier = 13, assignment_role = 14, person_type = 15,
  stakeholder_type = 16, relation = 17, protocol_type = 18, case_stage = 19,
  // work
  note_type = 30, note_source = 31, statement_basis = 32, action_type = 33, action_owner = 34, action_status = 35,
  outcome_type = 36, outcome_status = 37, life_domain = 38, need_status = 39, barrier_status = 40, severity = 41,
  appointment_type = 42, attendance = 43, referral_status = 44, plan_type = 45, plan_status = 46, contact_mode = 47,
  horizon = 48,
  // safety
  risk_type = 60, risk_level = 61, risk_status = 62, incident_type = 63, safety_alert = 64, restriction_type = 65,
  restriction_status = 66, crisis_type = 67, crisis_status = 68,
  // formal
  consent_status = 80, disclosure_purpose = 81, review_type = 82, document_type = 83, approval_type = 84, decision = 85,
  appeal_type = 86, appeal_status = 87, handover_reason = 88, handover_status = 89, request_type = 90,
  request_status = 91, late_reason = 92, late_decision = 93, readiness = 94,
  // directory and office
  standing = 110, provider_type = 111, contract_type = 112, evidence_grade = 113, setting = 114, plan_scope = 115,
  objective_type = 116, monitoring_type = 117, work_status = 118, feedback_type = 119, notice_type = 120,
  improvement_type = 121, resource_type = 122, consultation_type = 123, skill_level = 124, absence_type = 125,
  worker_standing = 126,
};

}  // namespace caseload::tables::lists
