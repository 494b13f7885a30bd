#pragma once

#include "tests/end_to_end/programs.h"

#include "tests/support/test.h"

namespace caseload::programs {

// Two units; Ana and Ben work in the north, Lena leads it, Sam works in the south and Mara leads that.
struct Place : Town {
  std::map<std::string, std::string> worker;
  std::map<std::string, std::string> unit;
  Place() {
    unit["North"] = add_unit("North");
    unit["South"] = add_unit("South");
    worker["ana"] = hire("Ana Castro", "caseworker", "North");
    worker["ben"] = hire("Ben Duarte", "caseworker", "North");
    worker["lena"] = hire("Lena Mori", "manager", "North");
    worker["sam"] = hire("Sam Okoro", "caseworker", "South");
    worker["mara"] = hire("Mara Silva", "manager", "South");
    open();
  }
  std::string begin_case(const std::string& who, const std::string& name) {
    const Said said = as(who, {"case", "add", "--name", name, "--unit", unit["North"]});
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    return said.json().at("id");
  }
  void assign(const std::string& by, const std::string& scope, const std::string& whom) {
    const Said said = as(by, {"case", "assign", scope, "--to", worker[whom]});
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
  }
  std::string note(const std::string& who, const std::string& scope, const std::string& words) {
    const Said said = as(who, {"note", "add", scope, "--type", "phone", "--text-file", "-", "--sign"}, words);
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    return said.json().at("id");
  }
  bool has_words(const std::string& who, const std::string& scope, const std::string& words) {
    const Json all = as(who, {"timeline", scope}).json();
    return all.dump().find(words) != std::string::npos;
  }
};

inline std::string error_of(const Said& said) { return said.json().is_object() ? said.json().value("error", "") : said.out; }

}  // namespace caseload::programs
