#include "tests/end_to_end/place.h"

#include <filesystem>
#include <fstream>

#include "tests/support/test.h"

namespace caseload::programs {
namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// An office, and Lena, who carries sticks between it and her laptop.
struct Courier : Place {
  Courier() {
    join("lena", "Lena Mori");
    CHECK(meet("lena").code == 0);
    scope = begin_case("lena", "Ruth Example");
  }
  std::string stick(const std::string& name) const { return folder() / name; }
  Json leave(const std::string& name) {
    const Said said = as("lena", {"bundle", "export", "--to", stick(name)});
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    return said.json();
  }
  Said answer(const std::string& name, const std::string& with = "") {
    std::vector<std::string> words{"bundle", "answer", stick(name), "--to", stick(name + ".answer")};
    if (!with.empty()) words.push_back(with);
    return office(words);
  }
  Said bring(const std::string& name, const std::string& who = "lena") {
    return as(who, {"bundle", "import", stick(name)});
  }
  int unsent() { return as("lena", {"status"}).json().at("unsent"); }
  // What the office says to a stick with this content, and that it wrote no answer to it.
  std::string refusal(const std::string& bytes) {
    write("spoilt", bytes);
    const Said said = answer("spoilt");
    CHECK(said.code == 3);
    CHECK_FALSE(std::filesystem::exists(stick("spoilt.answer")));
    return error_of(said);
  }
  std::string scope;
};

TEST_CASE("a session by stick: exported, answered, imported, and what was written is held by the office") {
  Courier town;
  town.join("ana", "Ana Castro");
  CHECK(town.meet("ana").code == 0);
  town.assign("lena", town.scope, "ana");
  const Json left = town.leave("first");
  CHECK(left.at("pushed") == 2);
  CHECK(left.at("bundle") == 1);
  CHECK(town.unsent() == 2);  // until there is a receipt
  CHECK(find_in_clear(town.folder().path(), {"Ruth Example"}).empty());
  const Said answered = town.answer("first");
  REQUIRE_MESSAGE(answered.code == 0, answered.out, answered.err);
  CHECK(answered.json().at("accepted") == 2);
  CHECK(town.meet("ana").code == 0);
  town.note("ana", town.scope, "Ana was there on Monday.");
  CHECK(town.meet("ana").code == 0);
  const Said brought = town.bring("first.answer");
  REQUIRE_MESSAGE(brought.code == 0, brought.out, brought.err);
  CHECK(brought.json().at("accepted") == 2);
  CHECK(town.unsent() == 0);

  // The second goes to an office that is closed to devices, and brings what Ana wrote meanwhile.
  town.note("lena", town.scope, "Lena agrees.");
  town.close();
  town.leave("second");
  CHECK(town.answer("second").code == 0);
  const Said second = town.bring("second.answer");
  CHECK_MESSAGE(second.code == 0, second.out, second.err);
  CHECK(second.json().at("received").get<int>() > 0);
  CHECK(town.has_words("lena", town.scope, "Ana was there"));
  CHECK(town.unsent() == 0);
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
  CHECK(town.as("lena", {"rebuild", "--check"}).json().at("different") == 0);
}

TEST_CASE("sticks that come twice, too early, torn, altered or to the wrong place are told apart, and nothing is lost") {
  Courier town;
  town.join("ana", "Ana Castro");
  town.leave("first");
  town.note("lena", town.scope, "On the second stick.");
  town.leave("second");
  CHECK(error_of(town.as("lena", {"bundle", "export", "--to", town.stick("second")})) == "already_there");
  CHECK(error_of(town.answer("second")) == "out_of_order");

  const std::string whole = content(town.stick("first"));
  REQUIRE(whole.size() == 16'384 + 49 + 16);
  CHECK(town.refusal(whole.substr(0, whole.size() / 2)) == "truncated");
  CHECK(town.refusal("") == "truncated");
  CHECK(town.refusal(whole + "x") == "truncated");  // a length that no bundle has
  CHECK(town.refusal("a letter") == "wrong_protocol");
  for (const std::size_t at : {std::size_t{20}, std::size_t{60}, whole.size() / 2, whole.size() - 1}) {
    std::string altered = whole;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    CHECK(town.refusal(altered) == "bad_seal");
  }
  std::string to_another = whole;
  to_another[12] = static_cast<char>(to_another[12] ^ 1);
  CHECK(town.refusal(to_another) == "not_for_me");
  CHECK(error_of(town.bring("first")) == "not_for_me");

  REQUIRE(town.answer("first").code == 0);
  CHECK(error_of(town.answer("first")) == "already_there");
  CHECK(error_of(town.office({"bundle", "answer", town.stick("first"), "--to", town.stick("again")})) == "replayed");
  CHECK(error_of(town.bring("first.answer", "ana")) == "not_for_me");
  std::string answer = content(town.stick("first.answer"));
  answer[answer.size() / 2] = static_cast<char>(answer[answer.size() / 2] ^ 1);
  town.write("altered.answer", answer);
  CHECK(error_of(town.bring("altered.answer")) == "bad_seal");
  CHECK(town.unsent() == 2);
  CHECK(town.bring("first.answer").code == 0);
  CHECK(error_of(town.bring("first.answer")) == "replayed");
  CHECK(town.unsent() == 1);
  // The answer to the second is of before the first one's was taken; the office has all of it, and says so again.
  CHECK(town.answer("second").json().at("accepted") == 2);
  CHECK(error_of(town.bring("second.answer")) == "stale");
  town.leave("third");
  CHECK(town.answer("third").json().at("accepted") == 1);
  CHECK(town.bring("third.answer").code == 0);
  CHECK(town.unsent() == 0);
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
}

TEST_CASE("a stick that is lost, and one that a session overtook: the next one or the line brings all of it") {
  Courier town;
  town.leave("lost");
  town.note("lena", town.scope, "On the second stick.");
  town.leave("second");
  CHECK(town.answer("second", "--without-missing").json().at("accepted") == 2);
  // Meanwhile there was a line: what the stick brings back is of before, and is put aside.
  town.join("ana", "Ana Castro");
  CHECK(town.meet("lena").code == 0);
  CHECK(town.unsent() == 0);
  const Said late = town.bring("second.answer");
  CHECK(late.code == 3);
  CHECK(error_of(late) == "stale");
  CHECK(error_of(town.answer("lost", "--without-missing")) == "replayed");
  town.note("lena", town.scope, "On the third stick.");
  town.leave("third");
  CHECK(town.answer("third").json().at("accepted") == 1);
  CHECK(town.bring("third.answer").code == 0);
  CHECK(town.unsent() == 0);
  CHECK(town.as("lena", {"timeline", town.scope}).json().size() >= 2);
}

TEST_CASE("a stick carries the order to wipe, and refuses to be written where there is no room for its name") {
  Courier town;
  CHECK(town.as("lena", {"bundle", "export", "--to", town.stick("no/such/folder")}).code == 3);
  CHECK(town.leave("first").at("bundle") == 1);  // the one that failed left no gap
  for (const Json& row : town.office({"device", "list"}).json()) {
    if (row.at("worker") == "Lena Mori") CHECK(town.office({"device", "wipe", row.at("id")}).code == 0);
  }
  CHECK(town.answer("first").code == 0);
  CHECK(error_of(town.bring("first.answer")) == "wipe");
  CHECK(error_of(town.as("lena", {"status"})) == "locked");
}

}  // namespace
}  // namespace caseload::programs
