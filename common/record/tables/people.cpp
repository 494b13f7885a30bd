#include "common/record/tables/row.h"

// Whom the case is about, and who else matters to it. What people are asked about themselves is askable: that they were
// not asked, declined, or could not safely be asked, is an answer.

namespace caseload::tables {
namespace {

constexpr ScopeType scope = ScopeType::case_file;

KindEntry person() {
  return kind({kinds::person, "person", scope},
              "The client, or somebody of the client's life, as this case knows them.", {
      header_with(lists::person_type, Occurs::maybe, {
          link(person_facts::same_as, "same_as", kinds::person).ask(),
      }),
      section(1, "identity", personal, {
          line(17, "name").required().searched(),
          line(18, "preferred_name").searched(),
          line(19, "other_names").set().searched(),
          date(20, "date_of_birth").ask().askable(),
          line(21, "pronouns").askable(),
          line(22, "reference_elsewhere").searched(),
          code(23, "relation", lists::relation),
      }),
      section(2, "manner", personal, {
          line(24, "language").askable(),
          yes(25, "interpreter").askable(),
          line(26, "greeting"),
          text(27, "tikanga"),
          text(28, "adjustments").askable(),
          text(29, "sensory_needs").askable(),
          text(30, "best_contact"),
      }),
      section(3, "contact", sensitive, {
          text(31, "address").ask(),
          line(32, "phone"),
          line(33, "email"),
          yes(34, "safe_to_leave_message").askable(),
          text(35, "emergency_contact"),
      }),
      section(4, "background", sensitive, {
          line(36, "gender").askable(),
          line(37, "ethnicity").set().askable(),
          line(38, "nationality").askable(),
          line(39, "religion").askable(),
          line(40, "disability").askable(),
          line(41, "sexuality").askable(),
          line(42, "immigration_status").ask().askable(),
      }),
      section(5, "context", personal, {
          text(43, "family_and_kin").askable(),
          text(44, "community").askable(),
          text(45, "cultural_needs").askable(),
          text(46, "education_and_work").askable(),
          text(47, "strengths"),
      }),
      section(6, "safety", sensitive, {
          text(48, "triggers"),
          text(49, "de_escalation"),
          yes(50, "two_workers").ask(),
          code(51, "alert", lists::safety_alert).safest(),
      }),
      section(7, "death", personal, {date(52, "died_on").ask()}),
  });
}

KindEntry stakeholder() {
  return kind({kinds::stakeholder, "stakeholder", scope},
              "An agency, professional or elder with a part in the case, and how to deal with them.", {
      header_with(lists::stakeholder_type, Occurs::maybe, {link(16, "provider", kinds::provider)}),
      section(1, "identity", personal, {
          line(17, "name").required().searched(),
          line(18, "organisation").searched(),
          line(19, "position"),
          line(20, "phone"),
          line(21, "email"),
          text(22, "hours"),
      }),
      section(2, "protocol", personal, {
          code(23, "protocol", lists::protocol_type),
          text(24, "channels"),
          text(25, "forms"),
          text(26, "how_to_approach"),
          text(27, "data_agreement"),
          date(28, "data_agreement_until"),
      }),
      section(3, "influence", personal, {
          text(29, "part_in_case"),
          text(30, "agreed_outcomes"),
          text(31, "disagreements"),
      }),
  });
}

KindEntry need() {
  return kind({kinds::need, "need", scope},
              "A need, or a question that a decision waits for, with its answer or why there is none.", {
      header_with(lists::life_domain, Occurs::maybe, {code(16, "status", lists::need_status).required()}),
      section(1, "content", personal, {
          line(17, "question").searched(),
          text(18, "answer").askable().required().searched(),
          text(19, "in_their_words").once().searched(),
          text(20, "analysis").searched(),
          code(21, "severity", lists::severity),
          code(22, "source", lists::note_source),
          line(23, "needed_for"),
          link(24, "outcome", kinds::outcome).set(),
      }),
  });
}

KindEntry barrier() {
  return kind({kinds::barrier, "barrier", scope},
              "What stands in the way of an outcome, and what is done about it.", {
      header_with(lists::life_domain, Occurs::maybe, {code(16, "status", lists::barrier_status).required()}),
      section(1, "content", personal, {
          text(17, "what").required().searched(),
          code(18, "severity", lists::severity).required(),
          text(19, "mitigation").searched(),
          link_to_any(20, "owner"),
          date(21, "review_on").required(),
          link(22, "outcome", kinds::outcome),
          text(23, "what_helped").searched(),
      }),
  });
}

}  // namespace

std::vector<KindEntry> people_kinds() { return {person(), stakeholder(), need(), barrier()}; }

}  // namespace caseload::tables
