// Writes the first inputs of every target: write_corpus FOLDER. Small, good, and the same in every run; the
// fuzzer finds the bad ones from here. Inputs found later are added to the folders by hand, under a name that
// says what they did.

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "sync/ledger/change.h"
#include "sync/session/dialogue.h"
#include "sync/session/frame.h"
#include "sync/sharing/default_rules.h"
#include "tests/fuzz/bundle_world.h"
#include "tests/unit/sync/message_samples.h"

namespace {

using namespace caseload;
using namespace caseload::sync;

struct Seed {
  std::string target;
  std::string name;
};

void write(const std::filesystem::path& corpus, const Seed& seed, BytesView bytes) {
  std::filesystem::create_directories(corpus / seed.target);
  std::ofstream file(corpus / seed.target / seed.name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  CHECK(file.good(), "a corpus that can be written");
}

Bytes text(std::size_t bytes) {
  std::string words;
  while (words.size() < bytes)
    words += "visited at home, plan reviewed " + std::to_string(words.size()) + "; ";
  words.resize(bytes);
  return to_bytes(as_bytes(words));
}

// A first byte, which says how a target cuts or treats what follows.
Bytes led_by(std::uint8_t first, BytesView rest) {
  Bytes bytes{first};
  append(bytes, rest);
  return bytes;
}

void write_frames(const std::filesystem::path& corpus) {
  FrameWriter writer;
  Bytes small;
  writer.write(1, as_bytes("hello"), small);
  writer.write(2, {}, small);
  write(corpus, {"frame", "small"}, led_by(0, small));
  Bytes stream = small;
  writer.write(3, text(1'500), stream);
  writer.write(4, text(90), stream);
  writer.write(5, {}, stream);
  write(corpus, {"frame", "stream"}, led_by(40, stream));
  writer.rest();
  writer.write(6, text(50), stream);
  writer.write(7, text(1'024), stream);
  write(corpus, {"frame", "rested"}, led_by(255, stream));
  write(corpus, {"frame", "cut_short"}, led_by(7, BytesView(stream).first(stream.size() - 20)));
  Bytes spaces;
  FrameWriter().write(1, Bytes(100'000, ' '), spaces);
  write(corpus, {"frame", "spaces"}, led_by(9, spaces));
}

void write_changes(const std::filesystem::path& corpus) {
  SeededRandom random(7);
  const auto id = [&](std::uint64_t ms) { return Id::make(ms, random); };
  const Write words{1, Value::of_text("Rang back; no answer."), false, {}};
  const Write settled{2, Value::of_code(3), false, {id(5), id(6)}};
  const Write left{3, Value::of_reference(id(8)), true, {id(7)}};
  const Write unknown{9, Value::of_tag(90, "later"), false, {}};
  const std::vector<Part> parts{{1, {}, {words}}, {2, {}, {settled, left}}, {30, {}, {unknown}}};
  const ChangeFacts facts{id(10), Stamp{}, id(1), id(2), id(3), 4};
  const Result<Change> change = compose(facts, parts, random.bytes<16>());
  CHECK(change.ok(), "a good change");
  write(corpus, {"change", "whole"}, pack(*change));
  Change without_seed = *change;
  without_seed.seed.reset();
  write(corpus, {"change", "salts_spelled_out"}, pack(without_seed));
  const SectionNumber one[]{2};
  write(corpus, {"change", "one_part_of_three"}, pack(*project(*change, one)));
}

void write_bundles(const std::filesystem::path& corpus) {
  BundleWorld world;
  BundleStatement statement;
  statement.sender = world.device;
  statement.recipient = world.recipient.public_key();
  statement.number = 1;
  Bytes file;
  Result<BundleWriter> writer =
      BundleWriter::start(statement, world.random, [&](BytesView piece) { append(file, piece); });
  CHECK(writer.ok() && writer->add(text(300)).ok(), "a good bundle");
  writer->finish(world.sender);
  write(corpus, {"bundle", "file"}, led_by(2, file));
  write(corpus, {"bundle", "header_only"}, led_by(0, BytesView(file).first(49)));

  const Bytes encoded = encode(statement);
  Bytes plain;
  append_u16(plain, static_cast<std::uint16_t>(encoded.size()));
  append(plain, encoded);
  Bytes with_content = plain;
  append(with_content, text(40));
  append_u64(with_content, 40);
  with_content.resize(with_content.size() + sizeof(Signature));
  write(corpus, {"bundle", "sealed_by_a_stranger"}, led_by(1, with_content));
  plain.resize(plain.size() + 8 + sizeof(Signature));
  write(corpus, {"bundle", "sealed_and_empty"}, led_by(3, plain));
}

void write_messages(const std::filesystem::path& corpus) {
  const Message hello = MessageSamples(5).one_of_each()[0];
  for (Message& message : MessageSamples(3).one_of_each()) {
    const std::string name(name_of(message));
    write(corpus, {"message", name}, led_by(0, write_message(message)));
    if (Receipts* receipts = std::get_if<Receipts>(&message)) {
      receipts->proofs.resize(receipts->receipts.size());
      receipts->leaves.resize(receipts->receipts.size());
    }
    Dialogue sayer;
    Bytes first = sayer.say(write_message(hello));
    const auto length = static_cast<std::uint8_t>(first.size());
    append(first, sayer.say(write_message(message)));
    write(corpus, {"message", name + "_after_hello"}, led_by(length, first));
  }
}

void write_rules(const std::filesystem::path& corpus) {
  write(corpus, {"rules", "default"}, as_bytes(default_rules_text()));
  write(corpus, {"rules", "every_form"}, as_bytes("# one of each\n"
      "role caseworker\nrole manager\nrole provider\n"
      "everyone may see notice.* if any\n"
      "caseworker may write case.* note.* type home_visit phone marking ordinary if assigned  # theirs\n"
      "manager may decide risk.* in own unit and supervising\n"
      "provider may read person.identity if referred and consent service and own work\n"
      "caseworker never reads risk.* marking restricted\n"
      "locked: nobody but manager or caseworker writes note.narrative type oversight\n"));
  write(corpus, {"rules", "problems"}, as_bytes("role\nrole 9\nmanger may fly note.* if tired\nmanager may write\n"));
}

// Happenings as fuzz_session reads them: even at the device, odd at the office; 0 answers, 8 delivers, 28 begins.
void write_sessions(const std::filesystem::path& corpus) {
  constexpr std::uint8_t device_answers = 0, office_answers = 1, to_device = 8, to_office = 9, begin = 28;
  const Bytes nothing_to_do{begin, device_answers, 0, to_office, office_answers, office_answers, 0, to_device, device_answers,
                            office_answers, 0, office_answers, 0, office_answers, 0, to_device, device_answers,
                            device_answers, 0, to_office};
  write(corpus, {"session", "nothing_to_do"}, nothing_to_do);
  Bytes woken = nothing_to_do;
  woken.push_back(begin + 1);
  woken.push_back(to_device);
  append(woken, BytesView(nothing_to_do).subspan(1));
  write(corpus, {"session", "woken"}, woken);
  const Bytes brings{begin, device_answers, 1, to_office, office_answers, office_answers, 7, to_device, device_answers,
                     device_answers, 0, to_office, office_answers, device_answers, 2, to_office, office_answers, to_office,
                     office_answers, device_answers, 0, to_office, office_answers, 1, office_answers, 1, office_answers, 2,
                     office_answers, 0, office_answers, 0, to_device, device_answers, to_device, device_answers};
  write(corpus, {"session", "brings_something"}, brings);
  write(corpus, {"session", "lost"}, Bytes{begin, device_answers, 1, to_office, office_answers, office_answers, 2, to_device,
                                           device_answers, 30, 31});
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return std::fputs("usage: write_corpus FOLDER\n", stderr), 2;
  const std::filesystem::path corpus(arguments[1]);
  write_frames(corpus);
  write_changes(corpus);
  write_bundles(corpus);
  write_messages(corpus);
  write_rules(corpus);
  write_sessions(corpus);
  return 0;
}
