#include "common/record/tables/row.h"

// Acts that somebody may later ask about: consent, disclosure, meetings, documents, approvals, appeals, requests.

namespace caseload::tables {
namespace {

constexpr ScopeType scope = ScopeType::case_file;

KindEntry consent() {
  return kind({kinds::consent, "consent", scope},
              "What the client allows, to whom and until when.", {
      header_with(lists::none, Occurs::always, {
          line(consent_facts::name, "name").once().required(),  // the word that rules use: consent service
          code(consent_facts::status, "status", lists::consent_status).safest().required(),
          moment(consent_facts::expires, "expires").ask(),
          link_to_any(consent_facts::party, "party").once(),
          link(consent_facts::person, "person", kinds::person).once(),
      }),
      section(1, "terms", personal, {
          text(21, "what_may_be_shared").required(),
          text(22, "purpose").required(),
          code(23, "lawful_basis", lists::lawful_basis),
          text(24, "explained_how"),
          text(25, "conditions"),
          link(26, "document", kinds::document),
          text(27, "withdrawal_words"),
      }),
  });
}

KindEntry disclosure() {
  return kind({kinds::disclosure, "disclosure", scope},
              "What was given to whom, for what purpose, on what basis.", {
      header_with(lists::disclosure_purpose, Occurs::always, {code(16, "recipient_type",
          lists::party_type).once()}),
      section(1, "what", personal, {
          line(17, "recipient").once().required().searched(),
          link_to_any(18, "recipient_record").once(),
          text(19, "fields").once().required(),
          code(20, "lawful_basis", lists::lawful_basis).once().required(),
          link(21, "consent", kinds::consent).once(),
          text(22, "override_reason").once(),
          date(23, "expires").once(),
          digest(document_content::digest, "content_digest"),
          count(25, "records").once(),
          link(26, "request", kinds::access_request),
      }),
  });
}

KindEntry review() {
  return kind({kinds::review, "review", scope},
              "A review, meeting, conference or hearing: prepared, held, agreed.", {
      header_with(lists::review_type, Occurs::maybe, {
          moment(16, "starts").ask().required(),
          date(17, "oversight_due").ask(),
      }),
      section(1, "preparation", personal, {
          line(18, "place"),
          line(19, "reference"),
          link_to_any(20, "invited").set(),
          link(21, "reviewing_officer", kinds::stakeholder),
          text(22, "progress").searched(),
          code(23, "readiness", lists::readiness),
          text(24, "recommendation").searched(),
          text(25, "client_views").askable(),
      }),
      section(2, "minutes", personal, {
          link_to_any(26, "attended").set(),
          book(27, "minutes").searched(),
          text(28, "agreed").searched(),
          text(29, "disagreements"),
          date(30, "next_review").ask(),
          yes(31, "held").ask(),
      }),
  });
}

KindEntry document() {
  return kind({kinds::document, "document", scope},
              "A file that belongs to the case, kept under the digest of its content.", {
      header_with(lists::document_type, Occurs::maybe, {}),
      section(1, "description", personal, {
          line(16, "title").required().searched(),
          line(17, "file_name").once(),
          line(18, "media_type").once(),
          text(19, "summary").searched(),
          line(20, "court_reference"),
          date(21, "due").ask(),
          line(22, "from_whom"),
          link_to_any(23, "belongs_to").set(),
      }),
      section(2, "content", personal, {
          digest(document_content::digest, "content_digest").required(),
          count(document_content::bytes, "bytes").once(),
      }),
  });
}

KindEntry approval() {
  return kind({kinds::approval, "approval", scope},
              "A manager approves or returns exactly this content; a later edit voids it visibly.", {
      header_with(lists::approval_type, Occurs::maybe, {
          link_to_any(16, "of").once().required(),
          code(17, "decision", lists::decision).ask(),
          link(18, "asked_of", kinds::worker),
      }),
      section(1, "decision", personal, {
          digest(19, "content_digest").required(),
          count(20, "content_cursor").once(),
          text(21, "comment"),
          text(22, "rule"),
          date(23, "due").ask(),
          link(24, "second_check", kinds::worker).once(),
          line(25, "court_reference"),
      }),
  });
}

KindEntry appeal() {
  return kind({kinds::appeal, "appeal", scope},
              "The client asks for a decision or a service to be looked at again, by somebody else.", {
      header_with(lists::appeal_type, Occurs::always, {
          link_to_any(16, "against").once().required(),
          link(17, "original_decider", kinds::worker).once(),
          link(18, "decider", kinds::worker).ask(),
          code(19, "status", lists::appeal_status).ask().required(),
      }),
      section(1, "grounds", personal, {
          text(20, "grounds").once().required().searched(),
          date(21, "deadline").ask().required(),
          text(22, "interim_measures").ask(),
      }),
      section(2, "outcome", personal, {
          text(23, "outcome").searched(),
          text(24, "rationale"),
          date(25, "decided_on").ask(),
          date(26, "client_told_on"),
          text(27, "client_wording"),
      }),
  });
}

KindEntry access_request() {
  return kind({kinds::access_request, "access_request", scope},
              "Somebody asks what is held about them, or that it be corrected or erased.", {
      header_with(lists::request_type, Occurs::always, {
          code(16, "status", lists::request_status).ask().required(),
          date(17, "due").ask().required(),
      }),
      section(1, "request", personal, {
          link(18, "person", kinds::person).once(),
          text(19, "asked_for").once().required(),
          text(20, "identity_proof"),
          line(21, "law"),
      }),
      section(2, "answer", personal, {
          date(22, "answered_on").ask(),
          text(23, "answer"),
          text(24, "withheld_and_why").held(sensitive),
          link(25, "disclosure", kinds::disclosure),
      }),
  });
}

KindEntry correction_statement() {
  return kind({kinds::correction_statement, "correction_statement", scope},
              "What the person says about a record that they hold to be wrong, kept beside it.", {
      header_with(lists::none, Occurs::always, {link_to_any(16, "about").once().required()}),
      section(1, "statement", personal, {
          link(17, "person", kinds::person).once().required(),
          text(18, "in_their_words").once().required().searched(),
          code(19, "decision", lists::decision).ask(),
          text(20, "our_answer").searched(),
          link(21, "request", kinds::access_request),
      }),
  });
}

KindEntry late_work() {
  return kind({kinds::late_work, "late_work", scope},
              "Changes that the server holds but did not accept, waiting for a person.", {
      header_with(lists::late_reason, Occurs::maybe, {
          link(16, "worker", kinds::worker).once().required(),
          link(17, "device", kinds::device).once().required(),
          code(late_facts::decision, "decision", lists::late_decision).ask().required(),
          // What the held changes write, alike for all of them: whoever may not read that does not read them here.
          link_to_any(27, "about").once(),
          count(late_facts::about_kind, "about_kind").once().required(),
          count(late_facts::about_type, "about_type").once(),
          count(late_facts::about_sections, "about_sections").once().required(),  // a bit for each
          link(late_facts::about_author, "about_author", kinds::worker).once(),
      }),
      section(1, "held", personal, {
          count(19, "changes").once().required(),
          count(20, "bytes").once(),
          digest(21, "held_digest"),
          text(22, "rule").once(),
          moment(23, "since").once().required(),
          link_to_any(24, "builds_on").set(),
          link_to_any(late_facts::held_changes, "held_changes").set(),
      }),
      section(2, "decision", personal, {
          text(25, "decision_reason"),
          moment(26, "escalated_at"),
          text(33, "remark"),  // of the office: why a decision was not carried out
          moment(34, "carried_out_at"),
      }),
      section(late_facts::content, "content", sensitive, {
          book(35, "content").in_one_line().set(),  // the held changes as they came, piece by piece
      }),
  });
}

}  // namespace

std::vector<KindEntry> formal_kinds() {
  return {consent(), disclosure(), review(), document(), approval(), appeal(), access_request(), correction_statement(),
          late_work()};
}

}  // namespace caseload::tables
