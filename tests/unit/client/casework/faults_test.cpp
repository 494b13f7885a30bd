// Every point at which the world can fail, while somebody signs a note, goes on with a draft and sets a field. What was
// said to be safe is there afterwards; a note is a draft or signed, never both and never neither; and work goes on.
#include <filesystem>
#include <stdexcept>

#include "client/casework/notes.h"
#include "tests/support/fault_sweep.h"
#include "tests/unit/client/casework/profile.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using sync::note_text;

namespace {

constexpr int note_signed = 1, draft_edited = 2, field_set = 3;
constexpr FieldNumber what = 17;

// A refusal is a mistake of this test; the test's own checks do not work in a child.
void must(bool done) {
  if (!done) throw std::logic_error("refused");
}

struct Day {
  Day() {
    first = begin("To be signed.");
    second = begin("To be edited.");
    record = perform(p.place(), {kinds::outcome, p.the_case, {}, {{what, Value::of_text("A home")}}, {}})->record;
    original = p.path();
  }

  Id begin(std::string_view words) {
    return begin_note(p.place(), p.the_case, {{header::type, Value::of_code(1)}, {note_text, Value::of_text(words)}})->id;
  }

  void copy_to(const std::string& folder) {
    p.close();
    std::filesystem::copy_file(original, folder + "/caseload.db");
  }

  void work(const faults::Acknowledge& acknowledge) {
    must(sign_note(p.place(), first).ok());
    acknowledge(note_signed);
    const FieldValue words[] = {{note_text, Value::of_text("Edited.")}};
    must(edit_note(p.place(), second, words).ok());
    acknowledge(draft_edited);
    must(perform(p.place(), {.record = record, .writes = {{what, Value::of_text("A flat")}}}).ok());
    acknowledge(field_set);
  }

  // A full disk is tried again; after anything else the database is opened anew.
  void work_through_faults(const std::string& folder, const faults::Acknowledge& acknowledge) {
    bool open = false;
    for (int attempt = 0; attempt < 4; ++attempt) {
      try {
        if (!open) p.reopen(folder + "/caseload.db");
        open = true;
        return work(acknowledge);
      } catch (const Breakage& breakage) {
        open = open && breakage.kind() == Breakage::What::disk_full;
      } catch (const std::runtime_error&) {
        open = false;
      }
    }
  }

  std::string judge(const std::string& folder, const faults::Numbers& acknowledged) {
    p.reopen(folder + "/caseload.db");
    const bool is_draft = p.place().drafts.find(first).has_value();
    const bool is_note = p.words_of(first, note_text) == "To be signed.";
    const std::vector<Id> unsent = p.store().unsent();
    if (is_draft == is_note) return is_note ? "a draft and a note" : "a note is lost";
    if (is_note && std::ranges::find(unsent, first) == unsent.end()) return "a note that is not in the outbox";
    if (acknowledged.contains(note_signed) && !is_note) return "a signed note is a draft";
    const std::vector<NoteDraft> drafts = note_drafts(p.place());
    const auto kept = std::ranges::find(drafts, second, &NoteDraft::id);
    if (kept == drafts.end()) return "a draft is lost";
    const bool edited = kept->writes.back().value.text() == "Edited.";
    if (acknowledged.contains(draft_edited) && !edited) return "an edit is lost";
    if (acknowledged.contains(field_set) && p.words_of(record, what) != "A flat") return "a field is lost";
    work([](int) {});
    p.close();
    return {};
  }

  Profile p;
  Id first;
  Id second;
  Id record;
  std::string original;
};

}  // namespace

TEST_CASE("whatever fails while a note is signed, nothing that was acknowledged is lost") {
  Day day;
  faults::expect_no_loss({"signing", [&](const std::string& folder) { day.copy_to(folder); },
                          [&](const std::string& folder, const faults::Acknowledge& done) { day.work_through_faults(folder, done); },
                          [&](const std::string& folder, const faults::Numbers& acknowledged) { return day.judge(folder, acknowledged); }});
}
