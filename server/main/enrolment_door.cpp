#include "server/main/enrolment_door.h"

#include "sync/session/frame.h"

namespace caseload::server {
namespace {

constexpr std::size_t read_bytes = 4096;
constexpr TimeLimit parting_limit{5'000};

struct Door {
  Service& service;
  Office& office;
  Log& log;
  TlsStream stream;
  sync::FrameWriter writer{};
  sync::FrameReader reader{};
};

asio::awaitable<Result<sync::EnrolMessage>> hear(Door& door) {
  Bytes buffer(read_bytes);
  for (;;) {
    const Result<std::size_t> read = co_await door.stream.read_some(buffer, door_limit);
    if (!read) co_return read.fault();
    BytesView arrived = BytesView(buffer).first(*read);
    const Result<std::optional<sync::Frame>> frame = door.reader.next(arrived);
    if (!frame) co_return frame.fault();
    if (!frame->has_value()) continue;
    Result<sync::EnrolMessage> message = sync::read_enrol_message((*frame)->type, (*frame)->body);
    co_return message;
  }
}

asio::awaitable<void> say(Door& door, sync::EnrolMessage message) {
  Bytes bytes;
  door.writer.write(type_of(message), write_enrol_message(message), bytes);
  const Result<void> written = co_await door.stream.write_all(bytes, door_limit);
  if (!written) door.log.event("enrolment_cut", {{"fault", written.fault()}});
}

asio::awaitable<void> refuse(Door& door, Fault fault) {
  door.log.warning("enrolment_refused", {{"fault", fault}});
  sync::EnrolRefused refused;
  refused.fault = fault.code();
  sync::EnrolMessage message(refused);
  co_await say(door, std::move(message));
  const Result<void> parted = co_await door.stream.shutdown(parting_limit);
  static_cast<void>(parted);
}

// One step of the desk, on the writer: what comes back is durable.
template <class M>
asio::awaitable<Result<sync::EnrolMessage>> step(Door& door, EnrolmentDesk& desk, M message) {
  std::optional<Result<sync::EnrolMessage>> answer;
  StoreWriter::Operation operation = [&](ServerStore&) {
    auto taken = desk.take(message);
    answer = taken ? Result<sync::EnrolMessage>(sync::EnrolMessage(std::move(*taken)))
                   : Result<sync::EnrolMessage>(taken.fault());
  };
  const Result<void> kept = co_await door.service.on_writer(std::move(operation));
  if (!kept) co_return kept.fault();
  co_return std::move(*answer);
}

asio::awaitable<void> hold(std::shared_ptr<Door> door) {
  EnrolmentDesk desk(door->office, door->stream.exporter(sync::enrol_exporter_label, sync::enrol_exporter_bytes));
  Result<sync::EnrolMessage> first = co_await hear(*door);
  if (!first) co_return;
  const auto* knock = std::get_if<sync::EnrolKnock>(&*first);
  Result<sync::EnrolMessage> offer(Fault::unexpected_message);
  if (knock != nullptr) offer = co_await step(*door, desk, *knock);
  if (!offer) {
    co_await refuse(*door, offer.fault());
    co_return;
  }
  co_await say(*door, *offer);
  Result<sync::EnrolMessage> second = co_await hear(*door);
  if (!second) co_return;
  const auto* request = std::get_if<sync::EnrolRequest>(&*second);
  Result<sync::EnrolMessage> welcome(Fault::unexpected_message);
  if (request != nullptr) welcome = co_await step(*door, desk, *request);
  if (!welcome) {
    co_await refuse(*door, welcome.fault());
    co_return;
  }
  door->log.event("device_enrolled", {{"device", LogTag::device(std::get<sync::EnrolWelcome>(*welcome).device)}});
  co_await say(*door, *welcome);
  const Result<void> parted = co_await door->stream.shutdown(parting_limit);
  static_cast<void>(parted);
}

}  // namespace

Receive enrolment_door(Service& service, Office& office, Log& log) {
  return [&service, &office, &log](TlsStream stream) {
    return hold(std::shared_ptr<Door>(new Door{service, office, log, std::move(stream)}));
  };
}

}  // namespace caseload::server
