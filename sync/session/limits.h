#pragma once

#include <cstddef>
#include <cstdint>

// Every limit of a session and of a bundle: its unit in its name, its reason beside it. Both sides keep the
// same numbers; changing one is a new version of the protocol, unless the line says that it is our own
// affair.
namespace caseload::sync {

// Frames.

// What one side may make the other hold before anything is understood.
constexpr std::size_t frame_bytes_max = 4U << 20;
// What does not compress must still fit into a frame.
constexpr std::size_t message_bytes_max = frame_bytes_max - 1024;
// Smaller first messages gain less than a stream costs to set up.
constexpr std::size_t compress_bytes_min = 1024;
constexpr std::size_t expansion_max = 200;  // notes reach 3; beyond 200 there is nothing but repetition
constexpr std::size_t expansion_free_bytes = 1U << 20;  // one page of repetition, before the ratio counts
// Four times what we write with; 1.5 MB of memory for the other side's stream.
constexpr unsigned window_log_max = 20;
// Our own affair: 512 KiB saves 3 % of the bytes for a quarter more memory.
constexpr unsigned window_log = 18;
// Our own affair: 280 MB/s; level 3 saves 5 % of the bytes and a fifth of the speed.
constexpr int compression_level = 2;

// Messages on a line, before what the other side knows is filled in.

// More than two proofs in a ledger of 2^40 leaves.
constexpr std::size_t recent_digests_max = 128;
// The least that a receipt, or a segment on a page, takes in full: no more get room than a message holds.
constexpr std::size_t said_element_bytes_min = 128;
// In all containers of one message: beyond its digests, half as many of everything else.
constexpr std::size_t said_elements_max = 1U << 18;

// Steps of a session.

// 5,000 cases take one message each, and some hundred pages.
constexpr std::size_t messages_a_step_max = 100'000;
// One transaction of the device; longer ones make people wait.
constexpr std::size_t page_changes_max = 10'000;
// Changes of a page, the rest is for its proofs; and the receipts of one message, each of some 10 KiB at most.
constexpr std::size_t page_bytes_max = message_bytes_max - (64U << 10);
// Records or erased parts on a page without content: half a mebibyte.
constexpr std::size_t page_entries_max = 10'000;
// What a cut costs at most, when a transfer is resumed.
constexpr std::size_t attachment_piece_bytes = 1U << 20;
// A scanned file of some hundred pages, or an interview recorded in full.
constexpr std::uint64_t attachment_bytes_max = 256U << 20;
// Asked of one device in one session; the next session asks for the next.
constexpr std::size_t attachments_wanted_max = 100;

// What the receiving device commits at once, whichever comes first: its runner may take several pages together.
constexpr std::size_t commit_changes_max = page_changes_max;
constexpr std::size_t commit_bytes_max = 8U << 20;  // fits the page cache that is there while receiving
// What a crash undoes is at most what came in a quarter of a second.
constexpr std::uint32_t commit_ms_max = 250;

// Time. The runner's: machines know of no time.

// One message has to arrive within it, however slowly its bytes drip.
constexpr std::uint32_t step_seconds_max = 120;
constexpr std::uint32_t idle_seconds_max = 30;  // a session that does not watch says something or makes room
constexpr std::uint32_t watch_ping_seconds = 240;  // a watching session stays known to routers on its way

// Late work that the office keeps for one device before a person has judged it: 200 working days of five
// notes, and no more than an office can always spare. Beyond either the outbox stays sealed on the device.
constexpr std::size_t late_changes_max = 1'000;
constexpr std::size_t late_bytes_max = 64U << 20;

// Bundles.

// Authenticated at a time: small for memory, large for speed.
constexpr std::size_t bundle_chunk_bytes = 64U << 10;
// The smallest size of what is sealed; most bundles have it.
constexpr std::size_t bundle_padded_bytes_min = 16U << 10;
constexpr std::size_t bundle_padded_bytes_max = 32U << 20;  // held in memory until the signature is checked
constexpr std::size_t bundle_statement_bytes_max = 256;     // who, to whom, which one, when: some 90 bytes
constexpr std::size_t bundle_chunks_max = bundle_padded_bytes_max / bundle_chunk_bytes;
constexpr std::size_t bundle_bytes_max =  // the file: a header, and a seal of 16 bytes on each chunk
    64 + bundle_padded_bytes_max + bundle_chunks_max * 16;

}  // namespace caseload::sync
