#include "client/profile/enrol.h"

#include "client/keys/device_secret.h"
#include "client/keys/private_folder.h"
#include "common/base/durable_file.h"
#include "common/crypto/authority.h"
#include "common/crypto/certificate.h"
#include "sync/session/frame.h"
#include "sync/transaction.h"

namespace caseload::client {
namespace {

constexpr std::size_t read_bytes = 4096;

// One channel: messages of sync/enrolment in frames.
struct Channel {
  TlsStream stream;
  sync::FrameWriter writer{};
  sync::FrameReader reader{};
};

asio::awaitable<Result<void>> say(Channel& channel, sync::EnrolMessage message) {
  Bytes bytes;
  channel.writer.write(type_of(message), write_enrol_message(message), bytes);
  Result<void> written = co_await channel.stream.write_all(bytes, enrol_limit);
  co_return written;
}

asio::awaitable<Result<sync::EnrolMessage>> hear(Channel& channel) {
  Bytes buffer(read_bytes);
  for (;;) {
    const Result<std::size_t> read = co_await channel.stream.read_some(buffer, enrol_limit);
    if (!read) co_return read.fault();
    BytesView arrived = BytesView(buffer).first(*read);
    const Result<std::optional<sync::Frame>> frame = channel.reader.next(arrived);
    if (!frame) co_return frame.fault();
    if (!frame->has_value()) continue;
    Result<sync::EnrolMessage> message = sync::read_enrol_message((*frame)->type, (*frame)->body);
    co_return message;
  }
}

// The answer that is due, or the Fault that came in its place.
template <class M>
Result<M> expect(Result<sync::EnrolMessage> heard) {
  if (!heard) return heard.fault();
  if (M* wanted = std::get_if<M>(&*heard)) return std::move(*wanted);
  if (const auto* refused = std::get_if<sync::EnrolRefused>(&*heard)) {
    const FaultEntry* known = find_fault(refused->fault);
    return Fault(known != nullptr ? known->code : Fault::not_allowed, "the office refused");
  }
  return Fault(Fault::unexpected_message, "another message of an enrolment");
}

// What the disk has to have before the office is told: key file, database, identity. Found half made, it is gone
// on with.
Result<Secret> prepare_keys(const Enrolment& wanted, const SealingPublicKey& recovery, const ProfileWorld& world) {
  const ProfilePlace& place = wanted.place;
  for (const std::string& folder : {place.home, place.state}) {
    if (Result<void> made = make_private_folder(folder); !made) return made.fault();
  }
  Result<Secret> device = file_exists(place.device_secret()) ? load_device_secret(place.device_secret())
                                                             : make_device_secret(place.device_secret(), world.random);
  if (!device) return device.fault();
  const KeySetting setting{
      .folder = place.home, .device_secret = *device, .clock = world.clock, .random = world.random};
  Result<KeyFile> file = KeyFile::open(setting);
  if (!file && file.fault() != Fault::absent) return file.fault();
  if (file) {
    Result<Unlocked> held = file->unlock(wanted.passphrase);
    if (!held) return held.fault();
    return std::move(held->key);
  }
  Result<Unlocked> held = KeyFile::create(setting, wanted.passphrase, recovery);
  if (!held) return held.fault();
  return std::move(held->key);
}

struct Prepared {
  Secret key;
  Identity identity;
  Enrolled enrolled;
  bool is_again = false;
  std::string path(const ProfilePlace& place) const { return is_again ? place.next_identity() : place.identity(); }
};

// By this machine's clock, or by what the office last said of the time.
bool has_run_out(const Identity& identity, Database& database, WallTime now) {
  const Result<CertificateFacts> facts = read_certificate(identity.certificate);
  SqlDeviceStore store(database, Catalogue::built_in());
  const WallTime known = store.state().time_floor;
  return facts && facts->not_after < to_milliseconds(std::max(now, known)) / 1000;
}

// A profile that is enrolled goes to the same office and the same person only, and only where it has to.
Result<void> check_again(const Enrolment& wanted, const sync::EnrolOffer& offer, const Identity& former, bool has_to) {
  const Result<Enrolled> enrolled = enrolled_of(former);
  if (!enrolled) return enrolled.fault();
  if (!has_to && !wanted.again) return Fault(Fault::already_there, "this profile is enrolled");
  const sync::OfficeTrust& office = enrolled->office;
  if (offer.office.log != office.log || offer.office.ledger_key != office.ledger_key)
    return Fault(Fault::other_log, "the code is of another office");
  if (offer.worker != enrolled->welcome.worker) return Fault(Fault::not_for_me, "the code is another person's");
  return {};
}

// New keys, beside those in use; or those of an attempt that was cut off.
Identity next_identity(const ProfilePlace& place, const Secret& key, Random& random) {
  Result<Identity> begun = load_identity(place.next_identity(), key);
  return begun ? std::move(*begun) : Identity{SigningKey::generate(random), SigningKey::generate(random)};
}

Result<Prepared> prepare(const Enrolment& wanted, const sync::EnrolOffer& offer, const ProfileWorld& world) {
  Result<Secret> key = prepare_keys(wanted, offer.office.recovery_sealing_key, world);
  if (!key) return key.fault();
  Result<Database> database = open_store(wanted.place.database(), *key);
  if (!database) return database.fault();
  Result<Identity> identity = load_identity(wanted.place.identity(), *key);
  if (!identity && identity.fault() != Fault::absent) return identity.fault();
  const bool is_again = identity && !identity->certificate.empty();
  if (is_again) {
    const bool has_to = has_run_out(*identity, *database, world.clock.now());
    if (Result<void> may = check_again(wanted, offer, *identity, has_to); !may) return may.fault();
    identity = next_identity(wanted.place, *key, world.random);
  }
  if (!identity) identity = Identity{SigningKey::generate(world.random), SigningKey::generate(world.random)};
  Prepared prepared{std::move(*key),
                    std::move(*identity),
                    {offer.office, offer.worker_name, wanted.server.host, wanted.server.port, {}},
                    is_again};
  prepared.identity.office = encode(prepared.enrolled);
  save_identity(prepared.path(wanted.place), prepared.identity, prepared.key, world.random);
  return prepared;
}

void name_device(Database& database, const sync::EnrolWelcome& welcome) {
  SqlDeviceStore store(database, Catalogue::built_in());
  sync::DeviceState state = store.state();
  state.device = welcome.device;
  state.worker = welcome.worker;
  sync::StoreTransaction<SqlDeviceStore> transaction(store);
  store.set_state(state);
  transaction.commit();
}

// The device knows who it is: its store first, then its identity, which ends the enrolment.
Result<Enrolled> finish(const Enrolment& wanted, Prepared prepared, const sync::EnrolWelcome& welcome,
                        const ProfileWorld& world) {
  const Result<void> ours =
      check_welcomed(prepared.identity, prepared.enrolled, welcome.device, welcome.certificate);
  if (!ours) return ours.fault();
  if (!prepared.is_again) {
    Result<Database> database = open_store(wanted.place.database(), prepared.key);
    if (!database) return database.fault();
    name_device(*database, welcome);
  }
  prepared.enrolled.welcome = welcome;
  prepared.identity.certificate = welcome.certificate;
  prepared.identity.office = encode(prepared.enrolled);
  save_identity(prepared.path(wanted.place), prepared.identity, prepared.key, world.random);
  if (Result<void> adopted = adopt_next_identity(wanted.place, prepared.key); !adopted) return adopted.fault();
  return std::move(prepared.enrolled);
}

Result<sync::EnrolRequest> request_of(const Prepared& prepared, const ProfilePlace& place, const ProfileWorld& world) {
  const Result<Id> machine = machine_of(place, world.random);
  if (!machine) return machine.fault();
  return sync::EnrolRequest{prepared.identity.signing.public_key(), sealing_key_of(prepared.identity).public_key(),
                            *machine, request_certificate(prepared.identity.tls)};
}

}  // namespace

asio::awaitable<Result<Enrolled>> enrol(Enrolment wanted, ProfileWorld world) {
  const Result<void> strong = check_new_passphrase(wanted.passphrase, {});
  if (!strong) co_return strong.fault();
  Result<TlsContext> context = TlsContext::enrolling(BytesView());
  if (!context) co_return context.fault();
  Result<TlsStream> stream = co_await TlsStream::connect(*context, wanted.server, enrol_limit);
  if (!stream) co_return stream.fault();
  Channel channel{std::move(*stream)};
  const Secret exporter = channel.stream.exporter(sync::enrol_exporter_label, sync::enrol_exporter_bytes);
  const sync::EnrolChannel proofs{wanted.code, exporter};

  sync::EnrolKnock knock;
  knock.proof = prove(proofs, knock);
  sync::EnrolMessage first(knock);
  const Result<void> knocked = co_await say(channel, std::move(first));
  if (!knocked) co_return knocked.fault();
  Result<sync::EnrolMessage> answer = co_await hear(channel);
  const Result<sync::EnrolOffer> offer = expect<sync::EnrolOffer>(std::move(answer));
  if (!offer) co_return offer.fault();
  if (!is_proved(proofs, *offer))
    co_return Fault(Fault::bad_proof, "what answers does not know the code: it is not the office");

  Result<Prepared> prepared = prepare(wanted, *offer, world);
  if (!prepared) co_return prepared.fault();
  const Result<sync::EnrolRequest> request = request_of(*prepared, wanted.place, world);
  if (!request) co_return request.fault();
  sync::EnrolMessage second(*request);
  const Result<void> asked = co_await say(channel, std::move(second));
  if (!asked) co_return asked.fault();
  Result<sync::EnrolMessage> last = co_await hear(channel);
  const Result<sync::EnrolWelcome> welcome = expect<sync::EnrolWelcome>(std::move(last));
  if (!welcome) co_return welcome.fault();
  Result<Enrolled> done = finish(wanted, std::move(*prepared), *welcome, world);
  co_return done;
}

}  // namespace caseload::client
