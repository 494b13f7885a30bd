#include "common/record/describe.h"

#include "common/record/kinds.h"
#include "tests/unit/record/files.h"

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("the documentation of the data is that of the catalogue") {
  const std::string file = "common/record/DATA.md";
  const std::string described = describe(Catalogue::built_in());
  if (tests::may_write()) tests::write_text(file, described);
  const bool same = tests::read_text(file) == described;
  CHECK_MESSAGE(same, "write common/record/DATA.md anew with: CASELOAD_WRITE=1 test_record");
}

TEST_CASE("a field is described with all that holds for it, and an organisation's too") {
  const std::string text = describe(Catalogue::built_in());
  const auto has = [](const std::string& in, const std::string& words) { return in.find(words) != std::string::npos; };
  CHECK(has(text, "### note (4)"));
  CHECK(has(text, "| narrative | text | 16 | text | once | personal | required; searched; 1048576 bytes |"));
  CHECK(has(text, "| level | level | 16 | code of risk_level | safest | personal | required |"));
  CHECK(has(text, "| identity | date_of_birth | 20 | date | ask | personal | may be unanswered |"));
  CHECK(has(text, "| contact | mood | 28 | integer | latest | personal | 0 to 4 |"));
  CHECK(has(text, "| header | worker | 16 | reference to worker | once | personal | required |"));
  CHECK(has(text, "1 low (10) · 2 medium (20)"));
  FrameworkAddition addition;
  addition.code_lists = {{30, "note_type", {{4, "letter", 0, true}}}};
  CHECK_FALSE(has(text, "(retired)"));
  CHECK(has(describe(*Catalogue::built_in().extend(addition)), "4 letter (retired)"));
}
