#include "server/office/bundles.h"

#include "sync/session/bundle_sequence.h"
#include "sync/transaction.h"

namespace caseload::server {
namespace {

// Of one device: which of its bundles were taken, and how many went to it.
struct BundleNumbers {
  sync::BundleSequence taken;
  std::uint64_t answered = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(taken, answered);
  }
};

std::string name_of(const Id& device) { return "bundles/" + device.to_string(); }

BundleNumbers numbers_of(const ServerStore& store, const Id& device) {
  const std::optional<Bytes> kept = store.value(name_of(device));
  if (!kept) return {};
  Result<BundleNumbers> numbers = decode<BundleNumbers>(*kept);
  CHECK(numbers.ok(), "the office wrote these numbers");
  return *numbers;
}

Result<SealingPublicKey> sealing_key_of(const Office& office, const Id& device) {
  const sync::FieldView view = office.facts().state(device).view(Catalogue::built_in(), device_facts::sealing_key);
  const Fault none(Fault::bad_key, "the device's record has no key to seal to");
  if (view.in_force.size() != 1) return none;
  const Result<Bytes> bytes = from_hex(view.in_force.front().text());
  if (!bytes) return none;
  const Result<SealingPublicKey> key = take_exactly<sizeof(SealingPublicKey)>(*bytes);
  return key ? key : Result<SealingPublicKey>(none);
}

}  // namespace

Result<OpenedBundle> open_bundle(const Office& office, BytesView file) {
  const OfficeKeys& keys = office.keys();
  sync::BundleReader reader({keys.sealing, keys.device, sync::BundleKind::device_half});
  if (Result<void> fed = reader.feed(file); !fed) return fed.fault();
  const Result<sync::BundleStatement> says = reader.end();
  if (!says) return says.fault();
  const std::optional<sync::OfficeDevice> sender = office.store().find_device(says->sender);
  if (!sender) return Fault(Fault::not_found, "a device that the office does not know");
  const sync::OfficeSelf self = office.self();
  const Result<sync::Bundle> bundle = std::move(reader).verify(sender->key, self.checker);
  if (!bundle) return bundle.fault();
  Result<std::vector<Bytes>> half = sync::messages_of(*bundle);
  if (!half) return half.fault();
  return OpenedBundle{bundle->statement, bundle->digest, std::move(*half)};
}

Result<BundleAnswer> answer_bundle(Office& office, const OpenedBundle& bundle, bool without_missing) {
  ServerStore& store = office.store();
  const Id& device = bundle.statement.sender;
  BundleNumbers numbers = numbers_of(store, device);
  const Result<void> in_order = numbers.taken.check(bundle.statement.number);
  const bool passes_over = without_missing && !in_order && in_order.fault() == Fault::out_of_order;
  if (!in_order && !passes_over) return in_order.fault();
  const sync::OfficeSelf self = office.self();
  sync::OfficeDesk desk(store, self, sync::PeerFacts{device, false, true});
  Result<std::vector<Bytes>> half = sync::answer_half(bundle.half, sync::ask(desk));
  if (!half) return half.fault();
  numbers.taken.applied = bundle.statement.number;
  numbers.answered += 1;
  sync::StoreTransaction act(static_cast<sync::OfficeStore&>(store));
  store.set_value(name_of(device), encode(numbers));
  act.commit();
  return BundleAnswer{std::move(*half), numbers.answered};
}

Result<Bytes> seal_answer(const Office& office, const OpenedBundle& bundle, const BundleAnswer& answer,
                          Random& random) {
  const Result<SealingPublicKey> to = sealing_key_of(office, bundle.statement.sender);
  if (!to) return to.fault();
  sync::BundleStatement statement;
  statement.sender = office.keys().device;
  statement.recipient = *to;
  statement.number = answer.number;
  statement.kind = sync::BundleKind::server_half;
  statement.in_answer_to = bundle.digest;
  statement.created_ms = static_cast<std::uint64_t>(to_milliseconds(office.clock().now()));
  Result<sync::SealedHalf> sealed = sync::seal_half(statement, answer.half, office.keys().signing, random);
  if (!sealed) return sealed.fault();
  return std::move(sealed->file);
}

}  // namespace caseload::server
