#include "client/keys/key_record.h"

#include "common/crypto/derive.h"
#include "common/crypto/hash.h"

namespace caseload::client {
namespace {

constexpr std::string_view magic = "caseload";
constexpr std::uint32_t format = 1;
constexpr std::size_t mac_bytes = 32;
constexpr std::size_t digest_bytes = 32;
constexpr std::size_t recovery_bytes_max = 256;                  // two keys and what HPKE adds are 112
constexpr std::uint64_t generation_max = 1ULL << 62;             // nobody writes that often: never wraps
constexpr std::uint64_t generation_read_max = 1ULL << 61;        // whoever forged one leaves us room to go on
constexpr std::int64_t milliseconds_max = 300'000'000'000'000;   // some nine thousand years: no sum of them overflows

Digest mac_of(BytesView bytes, const Secret& device_secret) {
  const Secret key = hkdf({.key = device_secret.view(), .salt = {}, .info = as_bytes("caseload/key-file/1")}, 32);
  return hmac_sha256({.key = key.view(), .message = bytes});
}

bool is_within(std::int64_t number, std::int64_t most) { return number >= -most && number <= most; }

bool is_sound(const KeyRecord& record) {
  return record.generation <= generation_max && record.log2_n >= key_cost_log2_n_tests &&
         record.log2_n <= key_cost_log2_n_max && record.recovery.size() <= recovery_bytes_max &&
         is_within(record.tried_wall_ms, milliseconds_max) && is_within(record.tried_steady_ms, milliseconds_max);
}

Result<KeyRecord> read_fields(BytesView bytes) {
  return read_all(bytes, {}, [](Reader& reader) {
    std::uint32_t written_as = 0;
    KeyRecord record;
    if (as_text(reader.raw(magic.size())) != magic) throw ReadStop(Fault::damaged);
    reader(written_as);
    if (written_as > format) {
      throw ReadStop(Fault(Fault::newer_format, "the key file is of a newer program"));
    }
    reader(record);
    const bool goes_on = record.generation <= generation_read_max;
    if (written_as != format || !is_sound(record) || !goes_on) throw ReadStop(Fault::damaged);
    return record;
  });
}

}  // namespace

Bytes encode_record(const KeyRecord& record, const Secret& device_secret) {
  CHECK(is_sound(record), "a key file is read back as it was written");
  Bytes file;
  Writer writer(file);
  writer.raw(as_bytes(magic));
  writer(format, record);
  append(file, mac_of(file, device_secret));
  append(file, sha256(file));
  CHECK(file.size() <= key_file_bytes_max, "a key file within its limit");
  return file;
}

Result<KeyRecord> decode_record(BytesView file, const Secret* device_secret) {
  if (file.size() < mac_bytes + digest_bytes) return Fault(Fault::damaged, "the key file is too short");
  const BytesView authenticated = file.first(file.size() - digest_bytes);
  if (!equal_in_constant_time(sha256(authenticated), file.last(digest_bytes))) {
    return Fault(Fault::damaged, "the key file does not fit its digest");
  }
  const BytesView fields = authenticated.first(authenticated.size() - mac_bytes);
  Result<KeyRecord> record = read_fields(fields);
  if (!record && record.fault() == Fault::newer_format) return record;
  if (!record) return Fault(Fault::damaged, "the key file is no key file");
  if (device_secret != nullptr &&
      !equal_in_constant_time(mac_of(fields, *device_secret), authenticated.last(mac_bytes))) {
    return Fault(Fault::device_factor, "the key file belongs to another device secret");
  }
  return record;
}

}  // namespace caseload::client
