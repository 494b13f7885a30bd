#include "sync/ledger/change.h"

#include <algorithm>
#include <tuple>

#include "common/crypto/hash.h"

namespace caseload::sync {
namespace {

constexpr std::size_t usual_bytes = 512;  // what most changes and parts fit into, so that memory is taken once

template <class T>
Digest labelled_digest(std::string_view label, const T& value) {
  Bytes bytes;
  bytes.reserve(usual_bytes);
  append(bytes, as_bytes(label));
  Writer writer(bytes);
  writer(value);
  return sha256(bytes);
}

template <class List, class Key>
bool strictly_ascending(const List& list, Key key) {
  return std::adjacent_find(list.begin(), list.end(),
                            [&](const auto& a, const auto& b) { return !(key(a) < key(b)); }) == list.end();
}

// Several writes of one field in one part are elements of a set; each element once, in or out.
auto place_of(const Write& write) { return std::tie(write.field, write.value); }

Result<void> check_form(const Write& write) {
  if (write.replaces.size() > replaces_max) return Fault(Fault::bad_change, "replaces, at most 256");
  if (!strictly_ascending(write.replaces, [](const Id& id) { return id; })) {
    return Fault(Fault::bad_change, "replaces in ascending order, each once");
  }
  return write.value.check_form();
}

// One section of a change in transit: the part itself, with or without its salt, or only its digest.
enum class Carried : std::uint8_t { digest = 0, part = 1, part_without_salt = 2 };
constexpr bool is_listed(Carried c) { return c <= Carried::part_without_salt; }

void write_section(Writer& writer, const Change& change, const SectionDigest& section) {
  const Part* part = change.find(section.section);
  const bool derived = part != nullptr && change.seed && part->salt == salt_of(*change.seed, section.section);
  Carried carried = part == nullptr ? Carried::digest : derived ? Carried::part_without_salt : Carried::part;
  writer(section.section, listed(carried));
  if (carried == Carried::digest) writer(section.digest);
  if (carried == Carried::part) writer(part->salt);
  if (carried != Carried::digest) writer(part->writes);
}

void read_section(Reader& reader, Change& change) {
  SectionDigest section;
  Carried carried{};
  reader(section.section, listed(carried));
  if (carried == Carried::digest) {
    reader(section.digest);
  } else {
    Part part;
    part.section = section.section;
    if (carried == Carried::part) reader(part.salt);
    if (carried == Carried::part_without_salt) {
      if (!change.seed) throw ReadStop(Fault(Fault::bad_change, "a salt that nothing gives"));
      part.salt = salt_of(*change.seed, part.section);
    }
    reader(part.writes);
    // One form for each change: a salt that the seed gives is never spelled out.
    if (carried == Carried::part && change.seed && part.salt == salt_of(*change.seed, part.section)) {
      throw ReadStop(Fault::not_canonical);
    }
    section.digest = digest_of(part);
    change.parts.push_back(std::move(part));
  }
  change.header.sections.push_back(section);
}

// A change is stamped when it is named, or nearly so: in transit its stamp is the milliseconds from then, and a
// counter.
struct StampInTransit {
  Stamp& stamp;
  const Id& named;

  void save(Writer& to) const {
    const auto at = static_cast<std::int64_t>(stamp.value >> counter_bits);
    to(at - static_cast<std::int64_t>(named.milliseconds()), static_cast<std::uint16_t>(stamp.value));
  }
  void load(Reader& from) const {
    std::int64_t since = 0;
    std::uint16_t counter = 0;
    from(since, counter);
    const auto at = static_cast<std::int64_t>(named.milliseconds());
    if (since < -at || since >= milliseconds_end - at) throw ReadStop(Fault(Fault::bad_value, "a stamp of no time"));
    stamp.value = static_cast<std::uint64_t>(at + since) << counter_bits | counter;
  }

 private:
  static constexpr int counter_bits = 16;
  static constexpr std::int64_t milliseconds_end = std::int64_t{1} << 48;
};

// What stands behind the names: a record other than the one that the change creates; a seed of the salts.
constexpr std::uint8_t of_a_record = 1;
constexpr std::uint8_t with_seed = 2;

struct Names {
  ChangeHeader header;
  bool has_seed = false;
};

Names read_names(Reader& reader) {
  ChangeHeader header;
  std::uint8_t has = 0;
  reader(header.format);
  if (header.format != change_format) throw ReadStop(Fault(Fault::upgrade_needed, "a change of a later format"));
  reader(header.id, StampInTransit{header.stamp, header.id}, header.author, header.scope, header.kind, has);
  if (has > (of_a_record | with_seed)) throw ReadStop(Fault(Fault::bad_value, "neither a record nor a seed"));
  header.record = header.id;
  if ((has & of_a_record) != 0) {
    reader(header.record);
    if (header.creates()) throw ReadStop(Fault(Fault::not_canonical, "the record that it creates"));
  }
  return {header, (has & with_seed) != 0};
}

Change read_change(Reader& reader) {
  Change change;
  Names names = read_names(reader);
  change.header = std::move(names.header);
  if (names.has_seed) reader(change.seed.emplace());
  const std::size_t count = reader.elements();
  if (count > sections_max) throw ReadStop(Fault(Fault::bad_change, "at most 32 sections"));
  for (std::size_t i = 0; i < count; ++i) read_section(reader, change);
  if (change.seed && !change.is_whole()) throw ReadStop(Fault(Fault::bad_change, "a seed beside a withheld part"));
  return change;
}

}  // namespace

const SectionDigest* ChangeHeader::find(SectionNumber section) const {
  const auto found = std::ranges::find(sections, section, &SectionDigest::section);
  return found == sections.end() ? nullptr : &*found;
}

const Part* Change::find(SectionNumber section) const {
  const auto found = std::ranges::find(parts, section, &Part::section);
  return found == parts.end() ? nullptr : &*found;
}

std::size_t parts_bytes(const Change& change) {
  std::size_t bytes = 0;
  for (const Part& part : change.parts) {
    for (const Write& write : part.writes) bytes += write.value.bytes().size() + write.replaces.size() * sizeof(Id);
  }
  return bytes;
}

Digest digest_of(const Part& part) { return labelled_digest("caseload/part/1", part); }
Digest digest_of(const ChangeHeader& header) { return labelled_digest("caseload/change/1", header); }

Salt salt_of(const SaltSeed& seed, SectionNumber section) {
  constexpr std::string_view label = "caseload/salt/1";
  ByteArray<label.size() + sizeof(SaltSeed) + 1> bytes;
  std::ranges::copy(as_bytes(label), bytes.begin());
  std::ranges::copy(seed, bytes.begin() + label.size());
  bytes.back() = section;
  const Digest digest = sha256(bytes);
  Salt salt{};
  std::copy_n(digest.begin(), salt.size(), salt.begin());
  return salt;
}

Result<void> check_form(const ChangeHeader& header) {
  if (header.format != change_format) return Fault(Fault::upgrade_needed, "a change of a later format");
  if (header.id.is_none() || header.author.is_none() || header.scope.is_none() || header.record.is_none()) {
    return Fault(Fault::bad_change, "a change names itself, its author, scope and record");
  }
  if (header.sections.empty()) return Fault(Fault::bad_change, "a change has at least one part");
  if (header.sections.size() > sections_max) return Fault(Fault::bad_change, "at most 32 sections");
  if (!strictly_ascending(header.sections, [](const SectionDigest& s) { return s.section; })) {
    return Fault(Fault::bad_change, "sections in ascending order, each once");
  }
  return {};
}

Result<void> check_form(const Part& part) {
  if (part.writes.empty()) return Fault(Fault::bad_change, "a part has at least one write");
  if (part.writes.size() > writes_max) return Fault(Fault::bad_change, "at most 256 writes in a part");
  if (!strictly_ascending(part.writes, place_of))
    return Fault(Fault::bad_change, "writes in ascending order, each once");
  std::size_t bytes = 0;
  for (const Write& write : part.writes) {
    bytes += write.value.bytes().size() + write.replaces.size() * sizeof(Id);
    if (Result<void> checked = check_form(write); !checked) return checked;
  }
  if (bytes > part_bytes_max) return Fault(Fault::too_large, "a part of at most 2097152 bytes");
  return {};
}

Result<Change> compose(const ChangeFacts& facts, std::vector<Part> parts, const SaltSeed& seed) {
  Change change;
  change.header =
      ChangeHeader{change_format, facts.id, facts.stamp, facts.author, facts.scope, facts.record, facts.kind, {}};
  change.seed = seed;
  std::ranges::sort(parts, {}, &Part::section);
  for (Part& part : parts) {
    part.salt = salt_of(seed, part.section);
    for (Write& write : part.writes) std::ranges::sort(write.replaces);
    std::ranges::sort(part.writes, {}, place_of);
    if (Result<void> checked = check_form(part); !checked) return checked.fault();
    change.header.sections.push_back({part.section, digest_of(part)});
  }
  change.parts = std::move(parts);
  if (parts_bytes(change) > change_bytes_max) return Fault(Fault::too_large, "a change of at most 3145728 bytes");
  if (Result<void> checked = check_form(change.header); !checked) return checked.fault();
  return change;
}

Bytes pack(const Change& change) {
  CHECK(!change.seed || change.is_whole(), "who lacks a part must not pass on the seed of its salt");
  Bytes bytes;
  bytes.reserve(usual_bytes);
  Writer writer(bytes);
  const ChangeHeader& h = change.header;
  Stamp stamp = h.stamp;
  const int has = (h.creates() ? 0 : of_a_record) | (change.seed ? with_seed : 0);
  writer(h.format, h.id, StampInTransit{stamp, h.id}, h.author, h.scope, h.kind, static_cast<std::uint8_t>(has));
  if (!h.creates()) writer(h.record);
  if (change.seed) writer(*change.seed);
  writer.varint(h.sections.size());
  for (const SectionDigest& section : h.sections) write_section(writer, change, section);
  return bytes;
}

Result<Change> unpack(BytesView bytes) {
  Result<Change> change = read_all(bytes, ReadLimits{}, read_change);
  if (!change) return change;
  if (Result<void> checked = check_form(change->header); !checked) return checked.fault();
  for (const Part& part : change->parts) {
    if (Result<void> checked = check_form(part); !checked) return checked.fault();
  }
  if (parts_bytes(*change) > change_bytes_max) return Fault(Fault::too_large, "a change of at most 3145728 bytes");
  return change;
}

Result<ChangeHeader> unpack_names(BytesView bytes) {
  const auto read = [](Reader& reader) {
    ChangeHeader header = read_names(reader).header;
    reader.raw(reader.left());
    return header;
  };
  return read_all(bytes, ReadLimits{}, read);
}

std::optional<Change> project(const Change& change, std::span<const SectionNumber> keep) {
  Change projected;
  projected.header = change.header;
  for (const Part& part : change.parts) {
    if (std::ranges::find(keep, part.section) != keep.end()) projected.parts.push_back(part);
  }
  if (projected.parts.empty()) return std::nullopt;
  if (projected.is_whole()) projected.seed = change.seed;
  return projected;
}

bool erase_part(Change& change, SectionNumber section) {
  const bool held = std::erase_if(change.parts, [&](const Part& part) { return part.section == section; }) > 0;
  if (held) change.seed.reset();
  return held;
}

Result<void> join(Change& held, const Change& more) {
  if (held.header != more.header) return Fault(Fault::changed_bytes, "one change id, two headers");
  for (const Part& part : more.parts) {
    if (held.find(part.section) == nullptr) held.parts.push_back(part);
  }
  std::ranges::sort(held.parts, {}, &Part::section);
  if (held.is_whole() && !held.seed) held.seed = more.seed;
  return {};
}

}  // namespace caseload::sync
