#pragma once

#include "common/record/value.h"

namespace caseload {

// The numbers that code needs by name. The tables of the catalogue are written with them, so each stands here alone;
// what no rule looks at has its number in its table only, and is found by name.

namespace kinds {
// of a case
constexpr KindNumber case_file = 1, person = 2, assignment = 3, note = 4, amendment = 5, action = 6, outcome = 7,
                     progress = 8, need = 9, barrier = 10, risk = 11, incident = 12, contact_restriction = 13,
                     appointment = 14, referral = 15, service_report = 16, consent = 17, disclosure = 18, review = 19,
                     document = 20, approval = 21, appeal = 22, plan = 23, stakeholder = 24, handover = 25,
                     priority_override = 26, crisis = 27, access_request = 28, correction_statement = 29,
                     emergency_access = 30, late_work = 31;
// of a worker's file, a unit, the office
constexpr KindNumber worker = 64, unit = 65, role = 66, device = 67, provider = 68, contract = 69, intervention = 70,
                     framework = 71, sharing_rules = 72, work_plan = 73, objective = 74, monitoring_point = 75,
                     feedback = 76, notice = 77, improvement = 78, resource_request = 79, consultation = 80, draft = 81,
                     skill = 82, absence = 83, late_answer = 84;
}  // namespace kinds

// Facts in header sections, which sharing, standing and intake look at. What gives or ends a right is a moment, not a
// day, so that it ends at once and at the same time in every zone.
namespace case_facts {
constexpr FieldNumber unit = 16, status = 17, merged_into = 18;
constexpr FieldNumber legal_hold = 46;  // not in the header: it is not everybody's to know
}
namespace assignment_facts {
constexpr FieldNumber worker = 16, role = 17, from = 18, until = 19;
}
namespace referral_facts {
constexpr FieldNumber provider = 16, worker = 17, status = 18, until = 19;
}
namespace consent_facts {
constexpr FieldNumber name = 16, status = 17, expires = 18, party = 19, person = 20;
}
namespace emergency_facts {
constexpr FieldNumber worker = 16, until = 17, ended = 18;
}
namespace late_facts {
constexpr FieldNumber worker = 16, device = 17, decision = 18;
constexpr FieldNumber about_kind = 28, about_type = 29, about_sections = 30, about_author = 31;
constexpr FieldNumber held_changes = 32;  // not in the header: which changes of its device it speaks of
constexpr SectionNumber content = 3;
}  // namespace late_facts
namespace late_answer_facts {
constexpr FieldNumber late_work = 16, decision = 17, changes = 18;
}
namespace person_facts {
constexpr FieldNumber same_as = 16;
}
namespace worker_facts {
constexpr FieldNumber units = 16, role = 17, provider = 18, supervisor = 19, standing = 20;
}
namespace unit_facts {
constexpr FieldNumber parent = 16;
}
namespace role_facts {
constexpr FieldNumber name = 16;
}
namespace device_facts {
constexpr FieldNumber worker = 16, standing = 17, key = 18, sealing_key = 19;
}
namespace provider_facts {
constexpr FieldNumber closed = 16;
}

// Where a document says which content is its own: not a fact for rules, but the engine carries the content.
namespace document_content {
constexpr FieldNumber digest = 24, bytes = 25;
}

// Codes that rules and practice tell apart.
enum class Marking : CodeNumber { ordinary = 1, sensitive = 2, restricted = 3 };
enum class NoteType : CodeNumber {
  contact = 1, home_visit = 2, phone = 3, letter = 4, assessment = 5, oversight = 6, decision = 7, supervision = 8,
  office_visit = 9, video_call = 10, message = 11,
};
enum class RiskLevel : CodeNumber { low = 1, medium = 2, high = 3, very_high = 4, not_assessed = 5 };
enum class RiskStatus : CodeNumber { current = 1, managed = 2, ended = 3 };
enum class SafetyAlert : CodeNumber { none = 1, information = 2, caution = 3, danger = 4 };
enum class CrisisStatus : CodeNumber { closed = 1, open = 2 };
enum class Tier : CodeNumber { light = 1, standard = 2, enhanced = 3, intensive = 4 };
enum class Urgency : CodeNumber { routine = 1, soon = 2, urgent = 3, immediate = 4 };
enum class AssignmentRole : CodeNumber { lead = 1, co = 2, supervisor = 3, provider = 4 };
enum class CaseStatus : CodeNumber { prospective = 1, open = 2, suspended = 3, closed = 4 };
enum class ActionStatus : CodeNumber { open = 1, done = 2, not_done = 3, cancelled = 4 };
enum class HandoverStatus : CodeNumber { prepared = 1, offered = 2, acknowledged = 3, declined = 4, cancelled = 5 };
enum class ReferralStatus : CodeNumber { sent = 1, accepted = 2, rejected = 3, ended = 4 };
enum class ConsentStatus : CodeNumber { given = 1, expired = 2, refused = 3, withdrawn = 4 };
enum class Standing : CodeNumber { active = 1, suspended = 2, lost = 3 };
constexpr bool is_listed(Standing s) { return s >= Standing::active && s <= Standing::lost; }
enum class LateDecision : CodeNumber { waiting = 1, released = 2, declined = 3 };

// What may stand in a field that people are asked about, in place of an answer. No other list uses these numbers.
enum class Answer : CodeNumber { not_asked = 0x7f01, asked = 0x7f02, declined = 0x7f03, not_safe_to_ask = 0x7f04 };
constexpr CodeNumber answer_first = 0x7f00;
constexpr CodeNumber answer_last = 0x7fff;

template <class E>
constexpr CodeNumber number_of(E code) {
  return static_cast<CodeNumber>(code);
}

}  // namespace caseload
