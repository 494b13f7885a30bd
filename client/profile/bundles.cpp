#include "client/profile/bundles.h"

#include "client/store/names.h"
#include "common/sqlite/transaction.h"
#include "sync/session/messages.h"

namespace caseload::client {
namespace {

struct Exported {
  std::uint64_t number = 0;
  Bytes hello;
  bool answered = false;
};

std::uint64_t next_number(Database& database) {
  Statement last = database.prepare("SELECT coalesce(max(number), 0) FROM exported_bundle");
  last.select();
  last.step();
  return from_cell(last.integer(0)) + 1;
}

std::optional<Exported> find_exported(Database& database, const Digest& digest) {
  Statement find = database.prepare("SELECT number, hello, answered FROM exported_bundle WHERE digest = ?");
  find.select(digest);
  if (!find.step()) return std::nullopt;
  return Exported{from_cell(find.integer(0)), to_bytes(find.blob(1)), find.integer(2) != 0};
}

std::uint64_t changes_in(std::span<const Bytes> half) {
  std::uint64_t changes = 0;
  for (const Bytes& bytes : half) {
    const Result<sync::Message> message = sync::read_message(bytes);
    CHECK(message.ok(), "a half is made of messages");
    if (const auto* push = std::get_if<sync::Push>(&*message)) changes += push->changes.size();
  }
  return changes;
}

sync::DeviceDesk desk_of(OpenProfile& profile, const ProfileWorld& world) {
  return {profile.store(), Catalogue::built_in(), profile.trust(), world.clock};
}

Result<sync::Bundle> open_answer(const OpenProfile& profile, BytesView file) {
  const SealingKey key = sealing_key_of(profile.identity());
  const sync::OfficeTrust& office = profile.enrolled().office;
  sync::BundleReader reader({key, profile.enrolled().welcome.device, sync::BundleKind::server_half});
  if (Result<void> fed = reader.feed(file); !fed) return fed.fault();
  const Result<sync::BundleStatement> says = reader.end();
  if (!says) return says.fault();
  if (says->sender != office.device) return Fault(Fault::not_for_me, "a bundle of another office");
  return std::move(reader).verify(office.key, profile.trust().ledger.checker);
}

}  // namespace

Result<ExportedBundle> export_bundle(OpenProfile& profile, const ProfileWorld& world) {
  sync::DeviceDesk desk = desk_of(profile, world);
  const Result<std::vector<Bytes>> half = sync::device_half(sync::ask(desk));
  if (!half) return half.fault();
  ExportedBundle bundle;
  bundle.number = next_number(profile.database());
  bundle.hello = half->front();
  bundle.changes = changes_in(*half);
  sync::BundleStatement statement;
  statement.sender = profile.enrolled().welcome.device;
  statement.recipient = profile.enrolled().office.sealing_key;
  statement.number = bundle.number;
  statement.created_ms = static_cast<std::uint64_t>(to_milliseconds(world.clock.now()));
  Result<sync::SealedHalf> sealed = sync::seal_half(statement, *half, profile.identity().signing, world.random);
  if (!sealed) return sealed.fault();
  bundle.sealed = std::move(*sealed);
  return bundle;
}

void note_exported(OpenProfile& profile, const ExportedBundle& bundle) {
  Database& database = profile.database();
  Transaction act(database);
  database.prepare("INSERT INTO exported_bundle (number, digest, hello) VALUES (?, ?, ?)")
      .run(cell(bundle.number), bundle.sealed.digest, bundle.hello);
  if (bundle.number > exported_bundles_kept)
    database.prepare("DELETE FROM exported_bundle WHERE number <= ?").run(cell(bundle.number - exported_bundles_kept));
  act.commit();
}

Result<sync::SessionReport> take_answer(OpenProfile& profile, BytesView file, const ProfileWorld& world) {
  const Result<sync::Bundle> bundle = open_answer(profile, file);
  if (!bundle) return bundle.fault();
  const std::optional<Exported> exported = find_exported(profile.database(), bundle->statement.in_answer_to);
  if (!exported) return Fault(Fault::stale, "an answer to no bundle that this device still waits for");
  if (exported->answered) return Fault(Fault::replayed, "the answer to bundle " + std::to_string(exported->number));
  const Result<std::vector<Bytes>> answer = sync::messages_of(*bundle);
  if (!answer) return answer.fault();
  sync::DeviceDesk desk = desk_of(profile, world);
  const Result<void> applied = sync::apply_answer(exported->hello, *answer, sync::ask(desk));
  if (!applied) return applied.fault();
  Transaction act(profile.database());
  profile.database().prepare("UPDATE exported_bundle SET answered = 1 WHERE number = ?").run(cell(exported->number));
  act.commit();
  return desk.report();
}

void forget_bundles(Database& database) { database.prepare("DELETE FROM exported_bundle").run(); }

}  // namespace caseload::client
