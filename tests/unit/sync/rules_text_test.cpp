#include "sync/sharing/rules_text.h"

#include "sync/sharing/default_rules.h"
#include "tests/unit/sync/sharing_chance.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

const std::string roles = "role nurse\nrole chief\n";

Rules parsed(const std::string& text) {
  const Result<Rules> rules = parse_rules(text, test::catalogue());
  REQUIRE_MESSAGE(rules.ok(), (rules.ok() ? "" : rules.fault().to_string()));
  return *rules;
}

std::string printed(const std::string& text) { return print_rules(parsed(text), test::catalogue()); }

}  // namespace

TEST_CASE("rules are printed in one form, line for line") {
  const struct {
    const char* written;
    const char* printed;
  } rows[] = {
      {"", ""},
      {"nurse may see case.identity if in own unit", "nurse may see case.identity in own unit\n"},
      {"\tnurse   may\tread note.*  in own unit and assigned  ",
       "nurse may read note.* if assigned and in own unit\n"},
      {"nurse may write * if any\r", "nurse may write * if any\n"},
      {"nurse never reads note.* if any", "nurse never reads note.*\n"},
      {"everyone never sees * marking restricted ordinary",
       "everyone never sees * marking ordinary restricted\n"},
      {"locked: nobody but chief or nurse writes note.* type supervision oversight",
       "locked: nobody but nurse or chief writes note.* type oversight supervision\n"},
      {"nurse may decide risk.* if consent tea and own work",
       "nurse may decide risk.* if own work and consent tea\n"},
      {"nurse may read note.header note.narrative type phone marking sensitive if emergency and referred and "
       "supervising",
       "nurse may read note.header note.narrative type phone marking sensitive if supervising and referred "
       "and emergency\n"},
      {"nurse may read note.* if assigned# why not", "nurse may read note.* if assigned  # why not\n"},
      {"#   Ordered by Māori custom: ‘kia tūpato’", "#   Ordered by Māori custom: ‘kia tūpato’\n"},
      {"\n\n#\n", "\n\n#\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.written);
    CHECK(printed(roles + row.written) == roles + row.printed);
  }
}

TEST_CASE("a role may be declared below the lines that name it") {
  const Rules rules = parsed("nurse may read note.* if any\nrole nurse  # ours\n");
  CHECK(rules.roles.front().line == 2);
  CHECK(rules.rules.front().roles == std::vector<RoleNumber>{1});
}

TEST_CASE("reading what was printed gives the same rules, and printing them the same text") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    test::Chance chance(seed);
    std::string text = roles + "role clerk\n";
    for (const std::string& line : chance.rules(20)) {
      if (chance.one_in(4)) text += "# a comment\n\n";
      text += line + (chance.one_in(5) ? "   #because" : "") + "\n";
    }
    const Rules rules = parsed(text);
    const std::string print = print_rules(rules, test::catalogue());
    CAPTURE(print);
    REQUIRE(parsed(print) == rules);
    REQUIRE(printed(print) == print);
    REQUIRE(version_of(parsed(print), test::catalogue()) == version_of(rules, test::catalogue()));
  }
}

TEST_CASE("the version tells any other line, and no other spacing") {
  const auto version = [](const std::string& text) {
    return version_of(parsed(roles + text), test::catalogue());
  };
  CHECK(version("nurse may read note.* if any") == version("  nurse  may read note.* if any\n"));
  CHECK(version("nurse may read note.* if any") != version("nurse may see note.* if any"));
  CHECK(version("nurse may read note.* if any") != version("chief may read note.* if any"));
  CHECK(version("nurse may read note.* if any") != version("\nnurse may read note.* if any"));
  CHECK(version("nurse may read note.* if any") != version("nurse may read note.* if any # but why"));
}

TEST_CASE("each line that is wrong is told with its place, what is wrong, and the nearest word") {
  const struct {
    const char* line;
    int column;
    Fault::Code code;
    const char* says;
  } rows[] = {
      {"role", 5, Fault::bad_line, "expected the name of a role"},
      {"role Nurse", 6, Fault::bad_line, "a role is named"},
      {"role 1st", 6, Fault::bad_line, "a role is named"},
      {"role may", 6, Fault::bad_line, "a role is named"},
      {"role everyone", 6, Fault::bad_line, "a role is named"},
      {"role nurse", 6, Fault::already_there, "declared above"},
      {"role clerk typist", 12, Fault::bad_line, "expected the end of the line"},
      {"role aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 6, Fault::bad_line, "a role is named"},
      {"nurs may read note.* if any", 1, Fault::bad_name, "no role of this name is declared; nearest: nurse"},
      {"Nurse may read note.* if any", 1, Fault::bad_name, "nearest: nurse"},
      {"doctor may read note.* if any", 1, Fault::bad_name, "no role of this name is declared"},
      {"locked nurse never reads note.*", 1, Fault::bad_name, "nearest: locked:"},
      {"locked:nurse never reads note.*", 1, Fault::bad_name, "no role"},
      {"locked:", 8, Fault::bad_line, "expected a role"},
      {"locked: nurse may read note.* if any", 15, Fault::bad_rule, "locked: is for never and nobody but"},
      {"\xEF\xBB\xBFnurse may read note.* if any", 1, Fault::bad_name, "no role"},
      {"nurse", 6, Fault::bad_line, "expected may or never"},
      {"nurse mai read note.* if any", 7, Fault::bad_line, "expected may or never"},
      {"nurse may", 10, Fault::bad_line, "expected see, read, write or decide"},
      {"nurse may reads note.* if any", 11, Fault::bad_line, "expected see, read, write or decide"},
      {"nurse never read note.*", 13, Fault::bad_line, "expected sees, reads, writes or decides"},
      {"nobody reads note.*", 8, Fault::bad_line, "expected but"},
      {"nobody but", 11, Fault::bad_line, "expected a role"},
      {"nobody but everyone reads note.*", 12, Fault::bad_name, "no role"},
      {"nobody but nurse or nurse reads note.*", 21, Fault::already_there, "said before"},
      {"nobody but nurse may read note.* if any", 18, Fault::bad_line, "expected sees"},
      {"nobody but nurse reads note.* if assigned", 31, Fault::bad_rule, "has no condition"},
      {"nobody but nurse reads note.* in own unit", 31, Fault::bad_rule, "has no condition"},
      {"nurse may read", 15, Fault::bad_line, "expected what the rule is about"},
      {"nurse may read if any", 16, Fault::bad_line, "expected what the rule is about"},
      {"nurse may read note if any", 16, Fault::bad_line, "expected its section too, or note.*"},
      {"nurse may read notes.* if any", 16, Fault::bad_name, "no such kind; nearest: note"},
      {"nurse may read .* if any", 16, Fault::bad_name, "no such kind"},
      {"nurse may read note. if any", 21, Fault::bad_name, "no such section of note"},
      {"nurse may read note.narative if any", 21, Fault::bad_name,
       "no such section of note; nearest: narrative"},
      {"nurse may read note.** if any", 21, Fault::bad_name, "no such section of note"},
      {"nurse may read note.*,risk.* if any", 21, Fault::bad_name, "no such section of note"},
      {"nurse may read note.* note.* if any", 23, Fault::already_there, "said before"},
      {"nurse may read note.* assigned", 23, Fault::bad_name, "no such kind"},
      {"nurse never reads note.header", 24, Fault::bad_rule, "take note.* instead"},
      {"nobody but nurse writes note.header", 30, Fault::bad_rule, "take note.* instead"},
      {"nurse may read note.* type if any", 28, Fault::bad_line, "expected a type"},
      {"nurse may read note.* type oversigth if any", 28, Fault::bad_name,
       "no such type; nearest: oversight"},
      {"nurse may read note.* type phone phone if any", 34, Fault::already_there, "said before"},
      {"nurse may read note.* risk.* type phone if any", 30, Fault::bad_rule, "one list of types"},
      {"nurse may read * type phone if any", 18, Fault::bad_rule, "one list of types"},
      {"nurse may read amendment.* type phone if any", 28, Fault::bad_rule, "one list of types"},
      {"nurse may read note.* marking", 30, Fault::bad_line, "expected a marking"},
      {"nurse may read note.* marking secret if any", 31, Fault::bad_name, "no such marking"},
      {"nurse may read note.* marking restricted type phone if any", 42, Fault::bad_line,
       "expected if, or in own unit"},
      {"nurse may read note.*", 22, Fault::bad_line, "expected its condition"},
      {"nurse may read note.* if", 25, Fault::bad_line, "expected a condition"},
      {"nurse may read note.* if asigned", 26, Fault::bad_name, "no such condition; nearest: assigned"},
      {"nurse may read note.* if assigned and", 38, Fault::bad_line, "expected a condition"},
      {"nurse may read note.* if assigned or referred", 35, Fault::bad_line, "expected the end of the line"},
      {"nurse may read note.* if assigned and assigned", 39, Fault::already_there, "said before"},
      {"nurse may read note.* if any and assigned", 30, Fault::bad_line, "expected the end of the line"},
      {"nurse may read note.* if assigned and any", 39, Fault::bad_rule, "any stands alone"},
      {"nurse may read note.* in own", 29, Fault::bad_line, "expected in own unit"},
      {"nurse may read note.* in unit", 26, Fault::bad_line, "expected in own unit"},
      {"nurse may read note.* if own", 29, Fault::bad_line, "expected own work"},
      {"nurse may read note.* if own unit", 30, Fault::bad_line, "expected own work"},
      {"nurse may read note.* if consent", 33, Fault::bad_line, "expected the name of a consent"},
      {"nurse may read note.* if consent and assigned", 34, Fault::bad_line,
       "expected the name of a consent"},
      {"nurse may read note.* if consent Service", 34, Fault::bad_line, "expected the name of a consent"},
      {"nurse may read note.* if not assigned", 26, Fault::bad_name, "no such condition"},
      {"nurse\vmay read note.* if any", 1, Fault::bad_name, "no role"},
      {"nurse may read note.* if any # \xC3\x28", 30, Fault::text_encoding, "not text"},
      {"nurse may read note.* if any #\x01", 30, Fault::text_control, "not text"},
      {"# \xED\xA0\x80", 1, Fault::text_encoding, "not text"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    const RulesReading reading =
        read_rules(roles + "\n" + row.line + "\nnurse may see note.* if any\n", test::catalogue());
    REQUIRE(reading.problems.size() == 1);
    const RuleProblem& problem = reading.problems.front();
    CAPTURE(problem.fault.to_string());
    CHECK(problem.line == 4);
    CHECK(problem.column == row.column);
    CHECK(problem.fault.name() == Fault(row.code).name());
    CHECK(problem.fault.detail().find(row.says) != std::string::npos);
    CHECK(problem.fault.detail().starts_with("line 4, column " + std::to_string(row.column) + ": "));
    CHECK(!parse_rules(roles + "\n" + row.line, test::catalogue()).ok());
  }
}

TEST_CASE("a fault of the rules repeats nothing that the file says") {
  for (const char* const line :
       {"xyzzy may read note.* if any", "nurse xyzzy", "nurse may read xyzzy.* if any", "role xyzzyX",
        "nurse may read note.xyzzy if any", "nurse may read note.* if xyzzy",
        "nurse may read note.* type xyzzy"})
    for (const RuleProblem& problem : read_rules(roles + line, test::catalogue()).problems)
      CHECK(problem.fault.detail().find("xyzzy") == std::string::npos);
}

TEST_CASE("all that is wrong is told at once, by line") {
  const RulesReading reading =
      read_rules("nurse may\nrole nurse\nrole nurse\nnurse may read note.*\n", test::catalogue());
  REQUIRE(reading.problems.size() == 3);
  CHECK(reading.problems[0].line == 1);
  CHECK(reading.problems[1].line == 3);
  CHECK(reading.problems[2].line == 4);
  CHECK(parse_rules("nurse may\nrole nurse\n", test::catalogue())
            .fault()
            .detail()
            .starts_with("line 1, column 10"));
}

TEST_CASE("rules beyond a limit are refused, and those at it are read") {
  const auto lines = [](std::size_t count, const std::string& line) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += line + "\n";
    return text;
  };
  const auto fault = [](const std::string& text) {
    const Result<Rules> rules = parse_rules(text, test::catalogue());
    return rules.ok() ? std::string() : std::string(rules.fault().name());
  };
  const std::string rule = "nurse may see note.* if any";
  CHECK(fault(roles + lines(rules_max, rule)) == "");
  CHECK(fault(roles + lines(rules_max + 1, rule)) == "too_many");
  CHECK(fault(lines(rules_lines_max, "")) == "");
  CHECK(fault(lines(rules_lines_max + 1, "")) == "too_many");
  CHECK(fault("#" + std::string(rule_line_bytes_max - 1, 'x')) == "");
  CHECK(fault("#" + std::string(rule_line_bytes_max, 'x')) == "too_large");
  CHECK(fault(std::string(rules_bytes_max + 1, '\n')) == "too_large");
  std::string many_roles;
  for (std::size_t i = 0; i < roles_max; ++i) many_roles += "role r" + std::to_string(i) + "\n";
  CHECK(fault(many_roles) == "");
  CHECK(fault(many_roles + "role one_more") == "too_many");
  std::string consents = roles;
  for (std::size_t i = 0; i < condition::consents_max; ++i)
    consents += rule.substr(0, 21) + "if consent c" + std::to_string(i) + "\n";
  CHECK(fault(consents) == "");
  CHECK(fault(consents + "nurse may see note.* if consent one_more") == "too_many");
  CHECK(read_rules(lines(500, "wrong"), test::catalogue()).problems.size() == rule_problems_max);
}

TEST_CASE("bytes of any kind are read without harm") {
  SeededRandom random(3);
  const std::string good = roles + std::string(default_rules_text().substr(0, 3'000));
  for (int i = 0; i < 3'000; ++i) {
    std::string text = good.substr(random.below(good.size()), random.below(200));
    for (std::uint64_t changes = random.below(6); changes > 0 && !text.empty(); --changes)
      text[random.below(text.size())] = static_cast<char>(random.next());
    for (const RuleProblem& problem : read_rules(text, test::catalogue()).problems) REQUIRE(problem.line > 0);
  }
}

TEST_CASE("an office's rules keep the locked lines of those they replace, in any order and spelling") {
  const Rules before = parsed(roles +
                              "locked: nurse never reads note.* if assigned and referred\nlocked: nobody but "
                              "chief writes risk.*\nchief never sees need.*");
  const auto keeps = [&](const std::string& text) {
    return keeps_locked(before, parsed(text), test::catalogue());
  };
  const std::string note = "locked: nurse never reads note.*  if referred and assigned # kept\n";
  const std::string risk = "locked: nobody but chief writes risk.*\n";
  CHECK(keeps("role clerk\nrole chief\nrole nurse\n" + risk + note).ok());
  CHECK(keeps(roles + note).fault() == Fault::not_allowed);
  CHECK(keeps(roles + note).fault().detail() == "locked line 4 of the rules in force is missing");
  CHECK(!keeps(roles + risk + "nurse never reads note.* if assigned and referred\n").ok());
  CHECK(!keeps(roles + risk + "locked: nurse never reads note.* if assigned and referred and emergency\n")
             .ok());
  CHECK(!keeps(roles + note + "locked: nobody but chief or nurse writes risk.*\n").ok());
  CHECK(!keeps("").ok());
}

}  // namespace caseload::sync
