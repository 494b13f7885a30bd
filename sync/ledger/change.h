#pragma once

#include <optional>
#include <span>
#include <vector>

#include "common/time/hybrid_clock.h"
#include "sync/ledger/part.h"

namespace caseload::sync {

constexpr std::uint8_t change_format = 1;
constexpr std::size_t sections_max = 32;           // parts of a change: no kind has more sections
constexpr std::size_t change_bytes_max = 3U << 20;  // all its values: so that a change travels in one message

// SectionDigest: the name of one part, held or not.
struct SectionDigest {
  SectionNumber section = 0;
  Digest digest{};

  template <class Archive>
  void serialize(Archive& archive) {
    archive(section, digest);
  }
  friend bool operator==(const SectionDigest&, const SectionDigest&) = default;
};

// ChangeHeader: who wrote what, when, and the digests of the parts. What a segment signs.
struct ChangeHeader {
  std::uint8_t format = change_format;
  Id id;
  Stamp stamp;
  Id author;  // a worker
  Id scope;
  Id record;  // the id of the change that creates it
  KindNumber kind = 0;
  std::vector<SectionDigest> sections;  // ascending, each once

  bool creates() const { return record == id; }
  const SectionDigest* find(SectionNumber section) const;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(format, id, stamp, author, scope, record, kind, sections);
  }
  friend bool operator==(const ChangeHeader&, const ChangeHeader&) = default;
};

// Change: a header, and those of its parts that are held here.
//
// Promise  each held part has the digest that its header names. A change whose parts are partly withheld keeps their
//          digests, so it verifies all the same.
struct Change {
  ChangeHeader header;
  std::vector<Part> parts;       // ascending by section; a subset of the header's sections
  std::optional<SaltSeed> seed;  // only where all parts are held: who may have all may rebuild all salts

  bool is_whole() const { return parts.size() == header.sections.size(); }
  const Part* find(SectionNumber section) const;
  friend bool operator==(const Change&, const Change&) = default;
};

// How much its held parts weigh: values and what they replace.
std::size_t parts_bytes(const Change& change);

// The name of a change, by its header.
Digest digest_of(const ChangeHeader& header);

// Whether the header keeps the rules of its own form: names, ascending and unique sections, limits. Faults: bad_change.
Result<void> check_form(const ChangeHeader& header);

// What composing a change needs to be told. Fields go to sections by the caller, who has the catalogue.
struct ChangeFacts {
  Id id;
  Stamp stamp;
  Id author;
  Id scope;
  Id record;
  KindNumber kind = 0;
};

// A change of the author's own: parts sorted, replaces sorted, salts from the seed, digests in the header.
// Errors   bad_change: no part, a section twice, a limit passed.
Result<Change> compose(const ChangeFacts& facts, std::vector<Part> parts, const SaltSeed& seed);

// A change as it travels: the header, and for each section either the part or its digest. Digests of parts that are
// sent are left out and computed again; a seed stands for all salts where everything is sent.
//
// Promise  unpack(pack(change)) == change, for whatever subset of parts it holds. What comes out has parts that belong
//          to its header by construction; that the header is the signed one is for the segment to say.
// Errors   those of decode and check_form.
Bytes pack(const Change& change);
Result<Change> unpack(BytesView bytes);

// Only its names, read without looking at the rest: a header without sections, nothing of which was checked.
Result<ChangeHeader> unpack_names(BytesView bytes);

// The change with only those parts that `keep` allows. Nothing where that leaves no part: such a change is not sent.
std::optional<Change> project(const Change& change, std::span<const SectionNumber> keep);

// ErasedPart: a part that was erased by law. The change keeps its header with the digest, so everything that was signed
// still verifies; the words and their salt are gone, and whoever sends them again is not heard.
struct ErasedPart {
  Id change;
  SectionNumber section = 0;

  friend auto operator<=>(const ErasedPart&, const ErasedPart&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(change, section);
  }
};

// Takes a part out of a change. Gives whether it was held.
bool erase_part(Change& change, SectionNumber section);

// Adds parts that arrived later. Errors: changed_bytes if the headers differ; held parts stay as they are.
Result<void> join(Change& held, const Change& more);

}  // namespace caseload::sync
