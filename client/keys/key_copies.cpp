#include "client/keys/key_copies.h"

#include "common/base/durable_file.h"

namespace caseload::client {
namespace {

constexpr std::string_view names[] = {"/keys-1", "/keys-2"};

struct Copy {
  std::string path;
  Bytes bytes{};
  Result<KeyRecord> record = Fault::absent;
};

Copy read_copy(const std::string& path, const Secret* device_secret) {
  Copy copy{.path = path};
  const Result<Bytes> read = read_file(path, key_file_bytes_max);
  if (read) {
    copy.bytes = *read;
    copy.record = decode_record(copy.bytes, device_secret);
  } else if (read.fault() != Fault::absent) {
    copy.record = Fault(Fault::damaged, "a copy of the key file is no key file");
  }
  return copy;
}

// Which of two failures says more of what a person can do.
Fault worse(const Fault& one, const Fault& other) {
  for (const Fault::Code code : {Fault::newer_format, Fault::device_factor, Fault::damaged}) {
    if (one.code() == code) return one;
    if (other.code() == code) return other;
  }
  return one;
}

Result<KeyRecord> load(const std::string& folder, const Secret* device_secret) {
  Copy newest = read_copy(folder + std::string(names[0]), device_secret);
  Copy other = read_copy(folder + std::string(names[1]), device_secret);
  for (const Copy* copy : {&newest, &other}) {
    if (!copy->record && copy->record.fault() == Fault::newer_format) return copy->record;
  }
  if (!newest.record && !other.record) return worse(newest.record.fault(), other.record.fault());
  if (!newest.record || (other.record && other.record->generation > newest.record->generation)) {
    std::swap(newest, other);
  }
  if (device_secret != nullptr && other.bytes != newest.bytes) replace_file(other.path, newest.bytes);
  return newest.record;
}

}  // namespace

Result<KeyRecord> load_copies(const std::string& folder, const Secret& device_secret) {
  return load(folder, &device_secret);
}

Result<KeyRecord> load_for_recovery(const std::string& folder) { return load(folder, nullptr); }

void store_copies(const std::string& folder, const KeyRecord& record, const Secret& device_secret) {
  const Bytes bytes = encode_record(record, device_secret);
  for (const std::string_view name : names) replace_file(folder + std::string(name), bytes);
}

bool copies_exist(const std::string& folder) {
  return file_exists(folder + std::string(names[0])) || file_exists(folder + std::string(names[1]));
}

}  // namespace caseload::client
