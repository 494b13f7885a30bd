#include "tests/unit/sync/bench.h"

namespace caseload::sync::test {
namespace {

constexpr std::string_view rules_text = R"(role clerk
role chief
everyone may read role.* device.* framework.* if any
clerk may write case.* person.* note.* risk.* action.* if assigned
clerk may read assignment.* late_work.* if assigned
chief may write case.* assignment.* person.* note.* risk.* consent.* in own unit
chief may decide risk.* in own unit
chief may read action.content in own unit and consent service
locked: clerk never sees * marking restricted
)";

// Carries what two machines of one session ask of the world, until both are through or a connection would be cut.
class Runner {
 public:
  Runner(Bench::Session& session, DeviceDesk& device, OfficeDesk& office, std::size_t messages_max)
      : session_(session), device_(device), office_(office), messages_max_(messages_max) {}

  void run() {
    take(device_side_.start(), true);
    while (!cut_ && !(to_device_.empty() && to_office_.empty())) {
      const bool device = !to_device_.empty();
      std::deque<Bytes>& from = device ? to_device_ : to_office_;
      const Bytes message = from.front();
      from.pop_front();
      take(device ? device_side_.received(message) : office_side_.received(message), device);
    }
    session_.ended =
        device_side_.state() == SessionState::ended && office_side_.state() == SessionState::ended;
  }

 private:
  void take(const Effects& effects, bool device) {
    for (const Effect& effect : effects) {
      if (cut_) return;
      if (effect.kind == Effect::Kind::send) send(effect.bytes, device);
      if (effect.kind == Effect::Kind::finish && effect.fault)
        (device ? session_.device : session_.office) = effect.fault;
      if (effect.kind == Effect::Kind::load)
        answer(device ? device_.load(effect.what) : office_.load(effect.what), device);
      if (effect.kind == Effect::Kind::store)
        answer(device ? device_.store(*effect.message) : office_.store(*effect.message), device);
    }
  }
  void answer(const Answer& answer, bool device) {
    take(device ? device_side_.answered(answer) : office_side_.answered(answer), device);
  }
  void send(const Bytes& bytes, bool device) {
    session_.messages.push_back(*read_message(bytes));
    session_.said.emplace_back(name_of(session_.messages.back()));
    if (session_.said.size() > messages_max_)
      cut_ = true;
    else
      (device ? to_office_ : to_device_).push_back(bytes);
  }

  Bench::Session& session_;
  DeviceDesk& device_;
  OfficeDesk& office_;
  std::size_t messages_max_;
  DeviceSide device_side_{false};
  OfficeSide office_side_;
  std::deque<Bytes> to_device_;
  std::deque<Bytes> to_office_;
  bool cut_ = false;
};

}  // namespace

bool Machine::has(const Id& change, SectionNumber section) const {
  const std::optional<StoredChange> held = store.find(change);
  return held && held->change.find(section) != nullptr;
}

Bench::Bench(OfficeStore* store)
    : office(store == nullptr ? memory : *store), rules(*parse_rules(rules_text, Catalogue::built_in())) {
  const auto named = [](std::uint32_t number, std::string_view name) {
    return draft(number)
        .in(office_scope)
        .of(kinds::role)
        .says(0, {write(role_facts::name, Value::of_text(name))});
  };
  office.begin();
  sign_head(office, intake());
  office.commit();
  admit({draft(1).of(kinds::framework).says(0, {write(16, Value::of_integer(1))}), named(2, "clerk"),
         named(3, "chief")});
}

void Bench::admit(const std::vector<Draft>& drafts) {
  SegmentHeader segment;
  segment.device = office_device;
  segment.epoch = 1;
  segment.number = ++admitted_;
  segment.first_seq = 1;
  segment.previous = previous_;
  std::vector<Change> changes;
  std::vector<Digest> digests;
  for (const Draft& draft : drafts) {
    changes.push_back(draft.change());
    digests.push_back(digest_of(changes.back().header));
  }
  close_segment(segment, digests, office_key);
  previous_ = digest_of(segment);
  const Acceptance acceptance{previous_, office.last_position() + 1, acceptance_time(office, clock.now()),
                              ChangeBits::first(changes.size())};
  office.begin();
  office.put_segment({segment, digests});
  for (std::size_t i = 0; i < changes.size(); ++i) {
    office.put(OfficeChange{changes[i],
                            digests[i],
                            *acceptance.position_of(i),
                            acceptance.accepted_at,
                            previous_,
                            static_cast<std::uint16_t>(i),
                            office.ledger_size(),
                            {}});
  }
  office.append_acceptance(acceptance);
  sign_head(office, intake());
  office.commit();
}

Machine& Bench::enrol(std::uint32_t worker, std::string_view role, const Id& unit) {
  DeviceState state;
  state.worker = numbered(worker);
  state.device = numbered(worker + 100);
  Machine& machine = machines.emplace_back(
      Machine{state.worker, state.device, SigningKey::generate(random), MemoryDeviceStore(state)});
  const Id of_role = role == "clerk" ? clerk_role : chief_role;
  admit({draft(worker)
             .of(kinds::worker)
             .says(0, {write(worker_facts::role, Value::of_reference(of_role)),
                       write(worker_facts::units, Value::of_reference(unit))}),
         draft(worker + 100)
             .in(office_scope)
             .of(kinds::device)
             .says(0, {write(device_facts::worker, Value::of_reference(state.worker)),
                       write(device_facts::key, Value::of_text(to_hex(machine.key.public_key())))})});
  OfficeDevice known;
  known.device = machine.device;
  known.worker = machine.worker;
  known.key = machine.key.public_key();
  set_device(known);
  return machine;
}

void Bench::admit_case(std::uint32_t number, const Id& unit, const Id& lead) {
  admit({draft(number)
             .of(kinds::case_file)
             .says(0, {write(case_facts::unit, Value::of_reference(unit))})
             .says(1, {write(20, Value::of_text("A. Client"))}),
         draft(number + 1)
             .in(numbered(number))
             .of(kinds::assignment)
             .says(0, {write(assignment_facts::worker, Value::of_reference(lead)),
                       write(assignment_facts::role, Value::of_code(1))})});
}

void Bench::end_assignment(std::uint32_t number, std::uint32_t case_number, std::int64_t at) {
  admit(draft(number)
            .in(numbered(case_number))
            .on(numbered(case_number + 1))
            .of(kinds::assignment)
            .says(0, {write(assignment_facts::until, Value::of_moment(minute(at)))}));
}

void Bench::set_device(const OfficeDevice& device) {
  office.begin();
  office.put_device(device);
  office.commit();
}

void Bench::keep(Machine& machine, Draft draft) {
  machine.store.begin();
  sync::keep(machine.store, catalogue, draft.by(machine.worker).change());
  machine.store.commit();
}

std::vector<Push> Bench::cut(Machine& machine) {
  machine.store.begin();
  cut_segments(machine.store, {machine.key, 77});
  machine.store.commit();
  std::vector<Push> pushes;
  for (const WaitingSegment& waiting : machine.store.waiting())
    pushes.push_back(push_of(machine.store, waiting));
  return pushes;
}

Result<Signed<Receipt>> Bench::take(const Push& push) {
  office.begin();
  Result<Signed<Receipt>> receipt = take_in(office, intake(), push);
  if (!receipt) {
    office.rollback();
    return receipt;
  }
  sign_head(office, intake());
  office.commit();
  return receipt;
}

Result<Signed<Receipt>> Bench::push(Machine& machine) {
  Result<Signed<Receipt>> last = Fault(Fault::not_found, "nothing to push");
  for (const Push& push : cut(machine)) {
    last = take(push);
    if (!last) return last;
    const std::optional<Acceptance> acceptance = last->body.acceptance();
    machine.store.begin();
    apply_receipt(machine.store, catalogue, last->body,
                  acceptance ? *office.leaf_of(*acceptance) : last->body.head_size);
    machine.store.commit();
  }
  return last;
}

Bench::Session Bench::session(Machine& machine, std::size_t messages_max) {
  Session session;
  const DeviceTrust trust{{log, ledger_key.public_key(), recovery_key.public_key(), checker},
                          office_device,
                          office_key.public_key(),
                          machine.key,
                          [](const Change& change) { return pack(change); }};
  const OfficeSelf self{catalogue, rules, log, office_scope, ledger_key, checker, clock, page};
  DeviceDesk device_desk(machine.store, catalogue, trust, clock);
  OfficeDesk office_desk(office, self, PeerFacts{machine.device, false});
  Runner(session, device_desk, office_desk, messages_max).run();
  session.report = device_desk.report();
  return session;
}

IntakeContext Bench::intake() const { return {catalogue, rules, log, 0, ledger_key, checker, clock.now()}; }

ReachContext Bench::reach(const Machine& machine) const {
  return {office,     catalogue, rules, device(machine), office.last_position(), office.ledger_size(),
          clock.now()};
}

PageTrust Bench::page_trust() const {
  return {office.head()->body.tree, checker, office_key.public_key(), office_device};
}

Withdrawal Bench::withdrawal(const Machine& machine) const {
  static const SealForRecovery seal = [](const Change& change) { return pack(change); };
  return {catalogue, seal, machine.key, clock.now()};
}

Value text_of(const RecordState& state, FieldNumber field) {
  const FieldView view = state.view(Catalogue::built_in(), field);
  return view.in_force.size() == 1 ? view.in_force.front() : Value();
}

}  // namespace caseload::sync::test
