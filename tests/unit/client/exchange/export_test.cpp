#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "client/casework/exchange/case_text.h"
#include "client/casework/exchange/csv.h"
#include "client/casework/exchange/export.h"
#include "client/casework/looking.h"
#include "common/base/durable_file.h"
#include "common/base/escape.h"
#include "common/crypto/hash.h"
#include "common/record/kinds.h"
#include "tests/unit/client/casework/profile.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using nlohmann::json;

namespace {

constexpr std::string_view hostile = "=cmd|'/c calc'!A1 </script><script>alert(1)</script> \u202e&amp; \"q\"";

struct Desk {
  Desk() {
    note(hostile);
    note("Plain words.\n-1 line");
  }
  void note(std::string_view words) {
    REQUIRE(perform(p.place(), {kinds::note, p.the_case, {}, {{header::type, Value::of_code(1)},
                                                              {sync::note_text, Value::of_text(words)}}, {}}).ok());
  }
  Result<Exported> give(const std::string& name) { return export_case(p.place(), {p.the_case, folder / name}); }
  std::string file(const std::string& name) {
    const Result<Bytes> bytes = read_file(folder / name, 1 << 20);
    REQUIRE(bytes.ok());
    return std::string(as_text(*bytes));
  }
  std::size_t files() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) ++count;
    return count;
  }
  std::size_t disclosures() { return p.store().records().of_kind(kinds::disclosure).size(); }

  TempFolder folder;
  Profile p;
};

}  // namespace

TEST_CASE("a case leaves as JSON whole, with its disclosure in the case and its entry in the audit trail") {
  Desk desk;
  const std::uint64_t entries = desk.p.place().audit.size();
  const Result<Exported> exported = desk.give("case.json");
  REQUIRE(exported.ok());
  const std::string text = desk.file("case.json");
  CHECK(sha256(as_bytes(text)) == exported->digest);
  const json all = json::parse(text);
  CHECK(all["records"].size() == exported->records);
  CHECK(all["records"][0]["kind"] == "case");
  CHECK(all["position"] == desk.p.store().state().cursor);
  const auto has_words = [&](const json& record) { return record["fields"].value("narrative.text", "") == hostile; };
  CHECK(std::ranges::any_of(all["records"], has_words));

  struct stat about {};
  REQUIRE(::stat((desk.folder / "case.json").c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  CHECK(desk.files() == 1);

  const sync::RecordState disclosure = desk.p.store().record(exported->disclosure);
  const KindEntry& kind = *Catalogue::built_in().find_kind(kinds::disclosure);
  CHECK(text_of(Catalogue::built_in(), disclosure, kind.find_field("content_digest")->number) == to_hex(exported->digest));
  CHECK(text_of(Catalogue::built_in(), disclosure, kind.find_field("fields")->number).find("note.narrative") !=
        std::string::npos);
  CHECK(type_name(Catalogue::built_in(), disclosure) == "export");
  const sync::AuditEntry entry = desk.p.place().audit.entries(entries + 1, 1).front().entry;
  CHECK(entry.action == sync::AuditAction::export_out);
  CHECK(entry.scope == desk.p.the_case);
  CHECK(desk.p.meet());
  CHECK(desk.p.store().late().empty());
}

TEST_CASE("as CSV it is one row for each value, read back as it was but for defused cells") {
  Desk desk;
  REQUIRE(desk.give("case.csv").ok());
  std::istringstream in(desk.file("case.csv"));
  CsvReader reader(in, {});
  std::vector<std::string> cells;
  std::vector<std::string> texts;
  while (*reader.next(cells)) {
    CHECK(cells.size() == 8);
    if (cells[5] == "text") texts.push_back(cells[6]);
  }
  CHECK(std::ranges::find(texts, "'" + std::string(hostile)) != texts.end());
  CHECK(std::ranges::find(texts, "Plain words.\n'-1 line") != texts.end());
}

TEST_CASE("as HTML it stands alone: no script, nothing fetched, every foreign letter escaped") {
  Desk desk;
  REQUIRE(desk.give("case.html").ok());
  const std::string page = desk.file("case.html");
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("http:") == std::string::npos);
  CHECK(page.find("https:") == std::string::npos);
  CHECK(page.find("default-src 'none'") != std::string::npos);
  CHECK(page.find("&lt;/script&gt;&lt;script&gt;") != std::string::npos);
  CHECK(page.find("&amp;amp; &quot;q&quot;</bdi>") != std::string::npos);
}

TEST_CASE("no spreadsheet finds a formula in a cell, whatever its separator is") {
  struct Row {
    std::string_view text;
    std::string_view safe;
  };
  const Row rows[] = {
      {"", ""},
      {"Ann", "Ann"},
      {"a=b", "a=b"},
      {"1 - 2", "1 - 2"},
      {"Ann-Mary +44", "Ann-Mary +44"},
      {"=1+1", "'=1+1"},
      {"+44 20", "'+44 20"},
      {"-1", "'-1"},
      {"@SUM(A1)", "'@SUM(A1)"},
      {"  =1", "  '=1"},
      {"\u00a0=1", "\u00a0'=1"},
      {"\u200b\ufeff=1", "\u200b\ufeff'=1"},
      {"＝1", "'＝1"},
      {"＋1", "'＋1"},
      {"－1", "'－1"},
      {"＠x", "'＠x"},
      {"\tx", "'\tx"},
      {"\t=1", "'\t'=1"},
      {"\rx", "'\rx"},
      {"\n=1", "'\n'=1"},
      {"x\n=1", "x\n'=1"},
      {"x;=1", "x;'=1"},
      {"x,=1", "x,'=1"},
      {"x\t=1", "x\t'=1"},
      {"x\"=1", "x\"'=1"},
      {"'=1", "''=1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(defused(row.text) == row.safe);
  }
}

TEST_CASE("what may not leave does not, nothing is overwritten, and no half of a file stays") {
  Desk desk;
  replace_file(desk.folder / "there.json", as_bytes("mine"));
  std::filesystem::create_symlink("there.json", desk.folder / "link.csv");
  const std::size_t before = desk.files();
  struct Row {
    std::string name;
    Fault::Code fault;
  };
  for (const Row& row : {Row{"there.json", Fault::already_there}, Row{"link.csv", Fault::already_there},
                         Row{"case", Fault::bad_name}, Row{"case.JSON", Fault::bad_name}, Row{"case.xlsx", Fault::bad_name},
                         Row{"none/case.json", Fault::absent}, Row{"there.json/case.json", Fault::absent}}) {
    CAPTURE(row.name);
    CHECK(desk.give(row.name).fault() == Fault(row.fault));
  }
  CHECK(export_case(desk.p.place(), {desk.p.place().worker, desk.folder / "w.json"}).fault() == Fault(Fault::not_found));
  CHECK(export_case(desk.p.place(), {Id{}, desk.folder / "w.json"}).fault() == Fault(Fault::not_found));
  CHECK(desk.file("there.json") == "mine");
  CHECK(desk.disclosures() == 0);

  desk.p.pass(std::chrono::hours(24 * 60));
  CHECK(desk.give("late.json").fault() == Fault(Fault::lease_ended));
  CHECK(desk.files() == before);
}

TEST_CASE("who may read a case and not disclose it makes no file of it, and the attempt is in the audit trail") {
  Profile auditor("auditor");
  const TempFolder folder;
  const std::uint64_t entries = auditor.place().audit.size();
  const Result<Exported> refused = export_case(auditor.place(), {auditor.the_case, folder / "case.json"});
  CHECK(refused.fault() == Fault(Fault::not_allowed));
  CHECK_FALSE(file_exists(folder / "case.json"));
  REQUIRE(auditor.place().audit.size() == entries + 1);
  const sync::AuditEntry entry = auditor.place().audit.entries(entries + 1, 1).front().entry;
  CHECK(entry.action == sync::AuditAction::export_out);
  CHECK(entry.outcome == sync::AuditOutcome::refused);
}

TEST_CASE("what people disagree about leaves with every value, and says that it is open") {
  Desk desk;
  const Id person = perform(desk.p.place(), {kinds::person, desk.p.the_case, {}, {{17, Value::of_text("Ann")}}, {}})->record;
  desk.p.everybody_meets();
  desk.p.team.write(*desk.p.team.mia, person, {{20, Value::of_date(*parse_date("1990-01-02"))}});
  REQUIRE(perform(desk.p.place(), {.record = person, .writes = {{20, Value::of_date(*parse_date("1990-02-01"))}}}).ok());
  desk.p.everybody_meets();
  REQUIRE(desk.give("case.json").ok());
  const json all = json::parse(desk.file("case.json"));
  const json& records = all["records"];
  const auto found = std::ranges::find_if(records, [&](const json& record) { return record["id"] == person.to_string(); });
  REQUIRE(found != records.end());
  CHECK((*found)["fields"]["identity.date_of_birth"].size() == 2);
  CHECK((*found)["open"] == json::array({"identity.date_of_birth"}));
}
