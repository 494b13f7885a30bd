#include "sync/sharing/default_rules.h"

namespace caseload::sync {
namespace {

constexpr std::string_view text = R"rules(# Who may do what, one rule a line, in any order.
# Nothing is allowed that no line allows; never and nobody but win.
# To see a record is to know that it exists: who wrote it, when, of which type. To read a section is to know
# what it says. What the office itself writes (workers and their roles, units, devices, the framework, these
# rules, the opening of late work) it takes from its own machine alone; no line here gives it to anybody.

role caseworker
role custodial_officer
role manager
role records_officer
role provider
role auditor

# What no office may loosen.
locked: nobody but manager writes note.* type oversight decision supervision
locked: nobody but manager writes approval.* assignment.*
locked: nobody but manager decides risk.* incident.* contact_restriction.* crisis.*
locked: nobody but manager or records_officer writes late_work.*
locked: provider never reads note.narrative
locked: provider never sees * marking sensitive restricted
locked: auditor never writes *
locked: auditor never decides *
locked: custodial_officer never sees * marking restricted
locked: everyone never writes device.* role.* framework.* sharing_rules.*

# Caseworkers: their cases, and that the cases of their unit exist and who works on them.
caseworker may write case.* person.* stakeholder.* need.* barrier.* plan.* outcome.* progress.* if assigned
caseworker may write note.* amendment.* action.* appointment.* review.* document.* handover.* if assigned
caseworker may write risk.* incident.* contact_restriction.* crisis.* priority_override.* if assigned
caseworker may write referral.* consent.* disclosure.* appeal.grounds if assigned
caseworker may write access_request.request if assigned and own work
caseworker may read assignment.* service_report.* approval.* appeal.* late_work.held if assigned
caseworker may read access_request.* correction_statement.* emergency_access.* if assigned
caseworker may see case.identity assignment.terms in own unit

# In an emergency, for a short time and with a reason: what keeps people safe, and a note of what was done.
caseworker may write emergency_access.* if own work
caseworker may read case.identity case.visit assignment.* action.* marking ordinary sensitive if emergency
caseworker may read appointment.* person.* risk.* incident.* marking ordinary sensitive if emergency
caseworker may read contact_restriction.* crisis.* marking ordinary sensitive if emergency
caseworker may write note.* incident.* crisis.* marking ordinary sensitive if own work and emergency

# Custodial officers: what the wing must know of everybody on it, and the day's record of their own people.
custodial_officer may read case.identity person.identity person.manner person.safety in own unit
custodial_officer may read risk.level risk.management contact_restriction.terms crisis.* in own unit
custodial_officer may read case.attention case.visit assignment.* plan.* if assigned
custodial_officer may read appointment.* action.* incident.* if assigned
custodial_officer may read note.narrative note.contact note.alert note.links marking ordinary if assigned
custodial_officer may write note.* incident.* crisis.* if assigned and own work
custodial_officer may write action.completion appointment.result incident.response if assigned

# Managers: the cases of their unit, and those they supervise elsewhere.
manager may write case.* assignment.* person.* stakeholder.* need.* barrier.* in own unit
manager may write plan.* outcome.* progress.* in own unit
manager may write note.* amendment.* action.* appointment.* review.* document.* handover.* in own unit
manager may write risk.* incident.* contact_restriction.* crisis.* priority_override.* in own unit
manager may write approval.* appeal.* referral.* consent.* disclosure.* late_work.* in own unit
manager may read service_report.* access_request.* correction_statement.* emergency_access.* in own unit
manager may decide * in own unit
manager may read case.* assignment.* person.* plan.* outcome.* progress.* if supervising
manager may read action.* service_report.* if supervising
manager may write note.* amendment.* approval.* risk.* incident.* if supervising
manager may decide risk.* incident.* if supervising

# Records officers: requests, corrections, disclosures and late work, and what has to be read to answer them.
records_officer may write case.legal disclosure.* access_request.* correction_statement.* late_work.* in own unit
records_officer may read case.* assignment.* person.* stakeholder.* need.* barrier.* in own unit
records_officer may read plan.* outcome.* progress.* handover.* approval.* appeal.* in own unit
records_officer may read note.* amendment.* action.* appointment.* review.* document.* in own unit
records_officer may read risk.* incident.* contact_restriction.* crisis.* priority_override.* in own unit
records_officer may read referral.* service_report.* consent.* emergency_access.* in own unit
records_officer may decide consent.* disclosure.* access_request.* in own unit
records_officer may decide correction_statement.* late_work.* in own unit

# Providers: the person who was referred to them, while the person consents. Their reports arrive in any case.
provider may read case.identity person.identity person.manner referral.* if referred and consent service
provider may write referral.answer if referred and consent service
provider may read person.safety risk.level if referred and consent service and consent safety
provider may read contact_restriction.terms if referred and consent service and consent safety
provider may write service_report.* if referred and own work

# Auditors: how the work was done and decided, not what people confided.
auditor may read case.attention case.legal case.ending assignment.* plan.* handover.* in own unit
auditor may read note.contact note.impact note.decision note.oversight note.links amendment.* in own unit
auditor may read risk.level review.* approval.* appeal.* consent.* disclosure.* late_work.* in own unit
auditor may read emergency_access.* access_request.* correction_statement.* in own unit
auditor may read priority_override.* in own unit
auditor may see case.identity person.identity note.narrative incident.account in own unit

# The office: what every machine needs to check signatures and know the words.
everyone may read role.* device.* provider.* intervention.* framework.* sharing_rules.* if any
caseworker may read contract.terms worker.identity if any
custodial_officer may read worker.identity if any
manager may read contract.* worker.identity if any
records_officer may read contract.terms worker.identity if any
auditor may read contract.* worker.identity if any
manager may write provider.* contract.* intervention.* if any

# The unit: its plans, its notices and what could be better.
caseworker may read unit.* work_plan.* objective.* monitoring_point.* in own unit
caseworker may read notice.* improvement.* consultation.* in own unit
custodial_officer may read unit.* work_plan.* objective.* monitoring_point.* in own unit
custodial_officer may read notice.* improvement.* in own unit
records_officer may read unit.* notice.* improvement.* in own unit
auditor may read unit.* work_plan.* monitoring_point.* improvement.* in own unit
manager may write unit.identity unit.practice work_plan.* objective.* monitoring_point.* notice.* in own unit
manager may write improvement.* resource_request.* consultation.* in own unit
manager may read unit.* in own unit
caseworker may write notice.receipts objective.agreement work_plan.agreement in own unit
caseworker may write monitoring_point.result in own unit
custodial_officer may write notice.receipts objective.agreement in own unit
records_officer may write notice.receipts in own unit
caseworker may write improvement.* resource_request.request consultation.answers in own unit and own work
custodial_officer may write improvement.* resource_request.request in own unit and own work

# A worker's own file; the managers of the unit; nobody else. Drafts are their author's alone.
everyone may read worker.* skill.* absence.* feedback.* late_answer.* if assigned
everyone may write worker.safety skill.* absence.* feedback.answer if assigned
everyone may write draft.* if assigned and own work
manager may read worker.* in own unit
manager may write worker.identity worker.capacity skill.* absence.* feedback.* in own unit
auditor may read feedback.finding in own unit
)rules";

}  // namespace

std::string_view default_rules_text() { return text; }

}  // namespace caseload::sync
