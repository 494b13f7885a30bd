#pragma once

#include <cstddef>
#include <cstdint>

// Every limit of a session and of a bundle: its unit in its name, its reason beside it. Both sides keep the same numbers;
// changing one is a new version of the protocol, unless the line says that it is our own affair.
namespace caseload::sync {

// Frames.
constexpr std::size_t frame_bytes_max = 4U << 20;  // what one side may make the other hold before anything is understood
constexpr std::size_t message_bytes_max = frame_bytes_max - 1024;  // what does not compress must still fit into a frame
constexpr std::size_t compress_bytes_min = 1024;  // smaller first messages gain less than a stream costs to set up
constexpr std::size_t expansion_max = 200;        // text of notes reaches 3 to 4, forms 20; beyond 200 it is an attack
constexpr std::size_t expansion_free_bytes = 1U << 20;  // a page of nothing but equal lines, before the ratio counts
constexpr unsigned window_log_max = 20;  // four times what we write with; 1.5 MB of memory for the other side's stream
constexpr unsigned window_log = 18;      // our own affair: beyond 256 KiB notes compress 1 % better for twice the memory
constexpr int compression_level = 2;     // our own affair: 300 MB/s; level 3 saves 5 % of the bytes at 240 MB/s

// Steps of a session.
constexpr std::size_t messages_a_step_max = 100'000;    // a first synchronisation of 5,000 cases takes some 2,000
constexpr std::size_t coverage_entries_max = 20'000;    // scopes on one device: four times the largest office seen
constexpr std::size_t page_changes_max = 10'000;        // one transaction of the device; longer ones make people wait
constexpr std::size_t page_bytes_max = message_bytes_max - (64U << 10);  // changes of a page; the rest is for its proofs
constexpr std::size_t pushes_in_flight_max = 8;         // 8 MiB of segments unanswered keep a slow link busy
constexpr std::size_t attachment_piece_bytes = 1U << 20;  // what a cut costs at most, when a transfer is resumed

// What the receiving device commits at once: whichever comes first.
constexpr std::size_t commit_changes_max = page_changes_max;
constexpr std::size_t commit_bytes_max = 8U << 20;  // fits the page cache that is there while receiving
constexpr std::uint32_t commit_ms_max = 250;        // what a crash undoes is at most what came in a quarter of a second

// Time. The machines are told what time it is; they never look.
constexpr std::uint32_t step_seconds_max = 120;  // one message has to arrive within it, however slowly its bytes drip
constexpr std::uint32_t idle_seconds_max = 30;   // nobody holds a place in the office without saying anything
constexpr std::uint32_t watch_ping_seconds = 240;  // routers forget a silent connection after five minutes

// Late work that the office keeps for one device before a person has judged it: a year's notes of one worker, and no
// more than the office can always spare. Beyond either the outbox stays sealed on the device.
constexpr std::size_t late_changes_max = 1'000;
constexpr std::size_t late_bytes_max = 64U << 20;

// Bundles.
constexpr std::size_t bundle_chunk_bytes = 64U << 10;        // authenticated at a time: small for memory, large for speed
constexpr std::size_t bundle_padded_bytes_min = 16U << 10;   // the smallest size of what is sealed; most bundles have it
constexpr std::size_t bundle_padded_bytes_max = 32U << 20;   // held in memory until the signature is checked
constexpr std::size_t bundle_statement_bytes_max = 256;      // who, to whom, which one, when: some 150 bytes
constexpr std::size_t bundle_chunks_max = bundle_padded_bytes_max / bundle_chunk_bytes;
constexpr std::size_t bundle_bytes_max = 64 + bundle_padded_bytes_max + bundle_chunks_max * 16;  // the file, seals and all

}  // namespace caseload::sync
