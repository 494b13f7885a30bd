#include "common/record/tables/row.h"

// Who and what there is: workers, units, devices, providers, the framework and the rules. What everybody's device needs
// before it can check a signature is in the office's scope, which comes first.

namespace caseload::tables {
namespace {

constexpr ScopeType office = ScopeType::office;
constexpr ScopeType own_file = ScopeType::worker_file;

KindEntry worker() {
  return kind({kinds::worker, "worker", own_file},
              "Somebody who works with cases: role, units, skills, hours.", {
      header_with(lists::none, Occurs::maybe, {
          link(worker_facts::units, "units", kinds::unit).set(),
          link(worker_facts::role, "role", kinds::role).ask().required(),
          link(worker_facts::provider, "provider", kinds::provider).ask(),
          link(worker_facts::supervisor, "supervisor", kinds::worker).ask(),
          code(worker_facts::standing, "standing", lists::worker_standing).safest().required(),
      }),
      section(1, "identity", personal, {
          line(21, "name").required().searched(),
          line(22, "position"),
          line(23, "phone"),
          line(24, "email"),
          line(25, "languages").set(),
      }),
      section(2, "capacity", personal, {
          count(26, "minutes_a_week").ask(),
          count(27, "points_available").ask(),
          date(28, "started"),
          date(29, "left"),
      }),
      section(3, "safety", sensitive, {
          text(30, "emergency_contact"),
          text(31, "adjustments").askable(),
      }),
  });
}

KindEntry unit() {
  return kind({kinds::unit, "unit", ScopeType::unit},
              "A team or office that cases belong to.", {
      header_with(lists::none, Occurs::maybe, {link(unit_facts::parent, "parent", kinds::unit).ask()}),
      section(1, "identity", ordinary, {
          line(17, "name").required().searched(),
          line(18, "phone"),
          text(19, "address"),
          link(20, "manager", kinds::worker).set(),
          yes(21, "closed").ask(),
      }),
      section(2, "practice", ordinary, {
          text(22, "purpose"),
          text(23, "profile"),
          line(24, "time_zone"),
          text(25, "holidays"),
          count(26, "points_available"),
      }),
  });
}

KindEntry role() {
  return kind({kinds::role, "role", office},
              "What somebody is to the work; the word that sharing rules use.", {
      header_with(lists::none, Occurs::maybe, {line(role_facts::name,
          "name").once().required().held(ordinary)}),
      section(1, "description", ordinary, {
          text(17, "meaning"),
          text(18, "accountable_for"),
      }),
  });
}

KindEntry device() {
  return kind({kinds::device, "device", office},
              "One worker's profile on one machine, with the keys its work is checked by.", {
      header_with(lists::none, Occurs::maybe, {
          link(device_facts::worker, "worker", kinds::worker).once().required(),
          code(device_facts::standing, "standing", lists::standing).safest().required().held(ordinary),
          line(device_facts::key, "key").once().required().held(ordinary),
          line(device_facts::sealing_key, "sealing_key").once().required().held(ordinary),
      }),
      section(1, "identity", ordinary, {
          line(20, "label"),
          line(21, "machine"),
          line(22, "certificate_serial"),
          date(23, "certificate_until"),
          count(24, "epoch"),
          moment(25, "enrolled").once(),
      }),
  });
}

KindEntry provider() {
  return kind({kinds::provider, "provider", office},
              "An organisation that delivers services to clients.", {
      header_with(lists::provider_type, Occurs::maybe, {yes(provider_facts::closed,
          "closed").ask().held(ordinary)}),
      section(1, "identity", ordinary, {
          line(17, "name").required().searched(),
          line(18, "phone"),
          line(19, "email"),
          text(20, "address"),
          text(21, "hours"),
      }),
      section(2, "services", ordinary, {
          text(22, "services").searched(),
          text(23, "how_to_refer"),
          text(24, "protocol"),
          line(25, "languages").set(),
      }),
  });
}

KindEntry contract() {
  return kind({kinds::contract, "contract", office},
              "What is owed to a funder or bought from a provider: scope, volume, price, terms.", {
      header_with(lists::contract_type, Occurs::maybe, {
          link(16, "provider", kinds::provider),
          date(17, "from").ask().required().held(ordinary),
          date(18, "until").ask().held(ordinary),
      }),
      section(1, "terms", ordinary, {
          line(19, "title").required().searched(),
          text(20, "purpose"),
          text(21, "scope"),
          count(22, "referrals_max").ask(),
          count(23, "cases_max_per_full_time").ask(),
          count(24, "contact_days_max").ask(),
          count(25, "answer_days_max").ask(),
          text(26, "service_levels"),
          text(27, "data_sharing_terms"),
          count(28, "reporting_every_days"),
          date(29, "next_report"),
      }),
      section(2, "price", ordinary, {
          count(30, "price_cents"),
          line(31, "currency"),
          line(32, "price_of"),
          count(33, "case_points"),
      }),
  });
}

KindEntry intervention() {
  return kind({kinds::intervention, "intervention", office},
              "Something that helps: for which need, for whom, how much of it, how well proved.", {
      header_with(lists::life_domain, Occurs::maybe, {yes(16, "withdrawn").ask().held(ordinary)}),
      section(1, "description", ordinary, {
          line(17, "name").required().searched(),
          text(18, "description").searched(),
          text(19, "eligibility").searched(),
          text(20, "dosage"),
          code(21, "horizon", lists::horizon),
          code(22, "evidence", lists::evidence_grade),
          code(23, "setting", lists::setting),
          link(24, "provider", kinds::provider).set(),
          count(25, "places"),
          count(26, "cost_cents"),
      }),
  });
}

KindEntry framework() {
  return kind({kinds::framework, "framework", office},
              "An organisation's own practice: fields, codes, priorities, timescales, process, indicators.", {
      header_with(lists::none, Occurs::maybe, {
          count(16, "version").once().required().held(ordinary),
          date(17, "takes_effect").ask().required().held(ordinary),
      }),
      section(1, "definition", ordinary, {
          line(18, "name").required(),
          book(19, "fields_and_codes").once(),
          book(20, "note_types").once(),
          book(21, "priorities").once(),
          book(22, "timescales").once(),
          book(23, "indicators").once(),
          text(24, "why_changed").once(),
      }),
      section(2, "process", ordinary, {
          book(25, "steps").once(),
          book(26, "responsibilities").once(),  // who is accountable, responsible, consulted, informed at each step
          book(27, "locked_and_flexible").once(),
          book(28, "crisis_protocols").once(),
          book(29, "guides").once(),
          book(30, "templates").once(),
      }),
      section(3, "agreement", ordinary, {
          link(31, "agreed_by", kinds::worker).set(),
          link(32, "units", kinds::unit).set(),  // where it is in force; all, if none is named
      }),
  });
}

KindEntry sharing_rules() {
  return kind({kinds::sharing_rules, "sharing_rules", office},
              "Who receives what: the rules that an information officer reads and signs.", {
      header_with(lists::none, Occurs::maybe, {
          count(16, "version").once().required().held(ordinary),
          moment(17, "installed").once().held(ordinary),
      }),
      section(1, "rules", ordinary, {
          book(18, "text").once().required(),
          text(19, "why_changed").once(),
          link(20, "signed_by", kinds::worker).once(),
      }),
  });
}

}  // namespace

std::vector<KindEntry> directory_kinds() {
  return {worker(), unit(), role(), device(), provider(), contract(), intervention(), framework(), sharing_rules()};
}

}  // namespace caseload::tables
