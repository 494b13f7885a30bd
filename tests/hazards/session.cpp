#include "tests/hazards/session.h"

#include <deque>

#include "sync/session/half.h"

namespace caseload::sync {
namespace {

struct Way {
  std::deque<Bytes> messages;
  std::size_t left = Line::whole;
};

// One session under way: what is on the line, and the two machines at its ends.
class Talk {
 public:
  Talk(const DeviceEnd& device, const OfficeEnd& office, const Line& line)
      : line_(line), trust_(device.trust), device_desk_(device.store, *line.laptop_knows, trust_, device.clock),
        self_(self_of(office.self, line)), office_desk_(office.store, self_, PeerFacts{device.device, line.certificate_expired}) {
    if (line.of_laptop != nullptr) device_desk_.use(*line.of_laptop);
    if (line.of_office != nullptr) office_desk_.use(*line.of_office);
    to_office_.left = line.to_office;
    to_device_.left = line.to_device;
  }

  void begin() { device_did(device_.start()); }

  // Gives whether anything moved.
  bool move() {
    if (!to_office_.messages.empty()) return arrive(Side::office);
    if (!to_device_.messages.empty()) return arrive(Side::device);
    return false;
  }

  Ended end() {
    if (!device_over_) device_did(device_.closed());
    if (!office_over_) office_did(office_.closed());
    ended_.report = device_desk_.report();
    return std::move(ended_);
  }
  Ended& ended() { return ended_; }

 private:
  static OfficeSelf self_of(const OfficeSelf& self, const Line& line) {
    return {*line.office_knows, self.rules, self.log, self.office_scope, self.ledger_key, self.checker, self.clock, self.page};
  }

  bool arrive(Side at) {
    Way& way = at == Side::office ? to_office_ : to_device_;
    if (way.left == 0) return false;
    if (way.left != Line::whole) --way.left;
    Message message = *read_message(way.messages.front());
    way.messages.pop_front();
    const auto& altered = at == Side::office ? line_.to_office_altered : line_.to_device_altered;
    if (altered) altered(message);
    (at == Side::office ? ended_.to_office : ended_.to_device).push_back(message);
    if (at == Side::office) {
      office_did(office_.received(write_message(message)));
    } else {
      device_did(device_.received(write_message(message)));
      if (line_.device_took) line_.device_took(message);
    }
    ended_.finished = device_over_ && office_over_;
    return true;
  }

  void device_did(Effects effects) {
    HalfOutcome outcome = carry_out(device_, std::move(effects), ask(device_desk_));
    to_office_.messages.insert(to_office_.messages.end(), outcome.sent.begin(), outcome.sent.end());
    if (!outcome.finished) return;
    device_over_ = true;
    ended_.device = outcome.fault;
  }

  void office_did(Effects effects) {
    HalfOutcome outcome = carry_out(office_, std::move(effects), [&](const Effect& effect) {
      if (effect.kind == Effect::Kind::load && line_.office_looks) line_.office_looks(effect.what);
      return ask(office_desk_)(effect);
    });
    to_device_.messages.insert(to_device_.messages.end(), outcome.sent.begin(), outcome.sent.end());
    if (!outcome.finished) return;
    office_over_ = true;
    ended_.office = outcome.fault;
  }

  const Line& line_;
  DeviceTrust trust_;
  DeviceDesk device_desk_;
  OfficeSelf self_;
  OfficeDesk office_desk_;
  DeviceSide device_{false};
  OfficeSide office_;
  Way to_office_;
  Way to_device_;
  bool device_over_ = false;
  bool office_over_ = false;
  Ended ended_;
};

}  // namespace

Ended session(Laptop& laptop, Office& office, const Line& line) {
  return session(DeviceEnd{laptop.identity.device, laptop.store, laptop.trust(), laptop.clock}, OfficeEnd{office.store, office.self()}, line);
}

Ended session(const DeviceEnd& device, const OfficeEnd& office, const Line& line) {
  Talk talk(device, office, line);
  try {
    talk.begin();
    while (talk.move()) {
    }
  } catch (const Crash&) {
    talk.ended().died = true;
  } catch (const Breakage&) {
    talk.ended().disk_full = true;
  }
  return talk.end();
}

}  // namespace caseload::sync
