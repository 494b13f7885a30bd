#pragma once

#include <span>
#include <string>
#include <vector>

#include "sync/ledger/change.h"

namespace caseload::sync {

// The held changes that a late_work record carries, so that whoever judges them can read them as they came: whole, as
// their author signed them.
//
// Shape    pieces := texts, one element of the set late_work.content each: a number of six digits, a space,
//          hexadecimal.
//          In their order they are encode(packed changes). A change of the office holds so many of them that it stays
//          below change_bytes_max.
// Errors   read_pieces(): bad_value where a piece is missing or twice; too_large; those of decode and unpack.
constexpr std::size_t piece_bytes = 400'000;        // in hexadecimal it is a value of less than value_bytes_max
constexpr std::size_t pieces_a_change_max = 2;  // a part is at most part_bytes_max
constexpr std::size_t held_content_bytes_max = 8U << 20;  // twice the largest change, which comes alone

std::vector<std::string> to_pieces(const std::vector<Bytes>& packed);
Result<std::vector<Change>> read_pieces(std::span<const std::string> pieces);

// Which changes they are: late_work.held_digest.
Digest held_digest(std::span<const Digest> changes);

}  // namespace caseload::sync
