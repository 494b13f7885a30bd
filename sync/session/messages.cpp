#include "sync/session/messages.h"

#include <array>

#include "common/crypto/hash.h"

namespace caseload::sync {
namespace {

constexpr std::size_t types = std::variant_size_v<Message>;

constexpr std::array<std::string_view, types> names = {
    "hello",           "status",           "coverage", "push",  "push_audit", "audit_kept",
    "purged",          "push_end",         "receipts", "reach", "page",       "complete",
    "want_attachment", "attachment_chunk", "part",     "wake",  "refused"};

using ReadOne = Result<Message> (*)(BytesView);

template <class T>
Result<Message> read_one(BytesView body) {
  Result<T> message = decode<T>(body);
  if (!message) return message.fault();
  return Message(std::move(*message));
}

template <std::size_t... I>
constexpr std::array<ReadOne, types> readers(std::index_sequence<I...>) {
  return {read_one<std::variant_alternative_t<I, Message>>...};
}

}  // namespace

Digest digest_of(std::span<const ScopeHoldings> holdings) {
  Bytes bytes = to_bytes(as_bytes("caseload/holdings/1"));
  Writer writer(bytes);
  for (const ScopeHoldings& scope : holdings) writer(scope);
  return sha256(bytes);
}

Bytes write_message(const Message& message) {
  Bytes bytes{static_cast<std::uint8_t>(message.index() + 1)};
  Writer writer(bytes);
  std::visit([&](const auto& body) { writer(body); }, message);
  return bytes;
}

Result<Message> read_message(BytesView bytes) {
  static constexpr auto read = readers(std::make_index_sequence<types>());
  if (bytes.empty()) return Fault(Fault::truncated, "a message without a type");
  const std::size_t type = bytes[0];
  if (type == 0 || type > types) return Fault(Fault::unknown_type, "a message of a later version");
  return read[type - 1](bytes.subspan(1));
}

void unpack_changes(Message& message) {
  if (auto* push = std::get_if<Push>(&message)) push->unpacked.read(push->changes);
  if (auto* page = std::get_if<Page>(&message)) {
    for (PageSegment& segment : page->segments) segment.unpacked.read(segment.changes);
  }
}

std::string_view name_of(const Message& message) { return names[message.index()]; }

}  // namespace caseload::sync
