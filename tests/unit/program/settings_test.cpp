#include "common/program/settings.h"

#include <fstream>

#include "tests/support/temp_folder.h"
#include "tests/support/test.h"

using namespace caseload;
using namespace std::chrono_literals;

namespace {

constexpr Setting table[] = {
    integer_setting("listen.port", 7443, {1, 65535, "TCP"}, "The port that devices call."),
    text_setting("listen.host", "office.example", "The name that devices know."),
    boolean_setting("listen.watch", true, "Whether devices may stay connected."),
    path_setting("store.folder", "data", "Where the database lies."),
    path_setting("store.copy", "", "Where a copy goes.\nEmpty: no copy is made."),
    choice_setting("log.level", "info", "error|warning|info|debug", "The least grave that is logged."),
    duration_setting("lock.after", 10min, {60'000, 28'800'000}, "Idle time until the caseload locks."),
    size_setting("attachment.largest", 8 << 20, {1 << 10, std::int64_t{2} << 30}, "The largest attachment."),
};

Result<Settings> parse(std::string_view toml) { return Settings::parse(table, toml, "office.toml"); }

}  // namespace

TEST_CASE("without a file, every setting is what the table says") {
  for (const Settings& settings : {Settings(table), *parse(""), *parse(default_settings_file(table))}) {
    CHECK(settings.integer("listen.port") == 7443);
    CHECK(settings.text("listen.host") == "office.example");
    CHECK(settings.boolean("listen.watch"));
    CHECK(settings.path("store.folder") == "data");
    CHECK(settings.path("store.copy").empty());
    CHECK(settings.choice("log.level") == "info");
    CHECK(settings.duration("lock.after") == 10min);
    CHECK(settings.size("attachment.largest") == 8'388'608);
  }
}

TEST_CASE("a file says otherwise, in the same words that documentation uses") {
  const Result<Settings> right = parse(R"(
    [listen]
    watch = false
    port = 8443
    host = "caf\u0065\u0301.example"
    [store]
    folder = "/srv/caseload"
    copy = "copy"
    [log]
    level = "debug"
    [lock]
    after = "90 s"
    [attachment]
    largest = "64 KiB")");
  REQUIRE(right.ok());
  CHECK(right->integer("listen.port") == 8443);
  CHECK(!right->boolean("listen.watch"));
  CHECK(right->text("listen.host") == "caf\u00e9.example");
  CHECK(right->path("store.folder") == "/srv/caseload");
  CHECK(right->path("store.copy") == "copy");
  CHECK(right->choice("log.level") == "debug");
  CHECK(right->duration("lock.after") == 90s);
  CHECK(right->size("attachment.largest") == 65'536);
}

TEST_CASE("what is wrong in a file is told with its line, its key and what would be right") {
  struct Row {
    std::string toml;
    Fault::Code code;
    std::string detail;
  };
  const Row rows[] = {
      {"[listen]\nprot = 1", Fault::bad_name,
       "office.toml line 2: there is no such setting; the nearest is listen.port"},
      {"[listn]\nport = 1", Fault::bad_name,
       "office.toml line 2: there is no such setting; the nearest is listen.port"},
      {"port = 1", Fault::bad_name, "office.toml line 1: there is no such setting"},
      {"[listen.port]\nnumber = 1", Fault::bad_name, "office.toml line 2: "},
      {"\n\n[listen]\nport = 0", Fault::bad_value,
       "office.toml line 4: listen.port is a whole number from 1 to 65535 (TCP)"},
      {"[listen]\nport = 65536", Fault::bad_value, "office.toml line 2: listen.port is "},
      {"[listen]\nport = -1", Fault::bad_value, "office.toml line 2: listen.port is "},
      {"[listen]\nport = \"7443\"", Fault::bad_value, "office.toml line 2: listen.port is "},
      {"[listen]\nport = 7443.0", Fault::bad_value, "office.toml line 2: listen.port is "},
      {"[listen]\nport = [7443]", Fault::bad_value, "office.toml line 2: listen.port is "},
      {"[listen]\nwatch = 1", Fault::bad_value, "office.toml line 2: listen.watch is true or false"},
      {"[listen]\nwatch = \"true\"", Fault::bad_value, "office.toml line 2: listen.watch is true or false"},
      {"[listen]\nhost = \"\"", Fault::bad_value, "office.toml line 2: listen.host is text in one line"},
      {"[listen]\nhost = \"a\\nb\"", Fault::bad_value, "office.toml line 2: listen.host is text in one line"},
      {"[listen]\nhost = 2026-11-22", Fault::bad_value, "office.toml line 2: listen.host is text in one line"},
      {"[store]\nfolder = \"\"", Fault::bad_value, "office.toml line 2: store.folder is a path"},
      {"[store]\nfolder = true", Fault::bad_value, "office.toml line 2: store.folder is a path"},
      {"[log]\nlevel = \"loud\"", Fault::bad_value,
       "office.toml line 2: log.level is one of error, warning, info, debug"},
      {"[log]\nlevel = \"\"", Fault::bad_value, "office.toml line 2: log.level is one of "},
      {"[log]\nlevel = \"info|debug\"", Fault::bad_value, "office.toml line 2: log.level is one of "},
      {"[log]\nlevel = \"inf\"", Fault::bad_value, "office.toml line 2: log.level is one of "},
      {"[lock]\nafter = \"59 s\"", Fault::bad_value,
       "office.toml line 2: lock.after is a time like \"30 s\" (ms, s, min, h, d) from 1 min to 8 h"},
      {"[lock]\nafter = \"9 h\"", Fault::bad_value, "office.toml line 2: lock.after is "},
      {"[lock]\nafter = \"10min\"", Fault::bad_value, "office.toml line 2: lock.after is "},
      {"[lock]\nafter = \"10  min\"", Fault::bad_value, "office.toml line 2: lock.after is "},
      {"[lock]\nafter = \"10 minutes\"", Fault::bad_value, "office.toml line 2: lock.after is "},
      {"[lock]\nafter = \"-10 min\"", Fault::bad_value, "office.toml line 2: lock.after is "},
      {"[lock]\nafter = \"1.5 h\"", Fault::bad_value, "office.toml line 2: lock.after is "},
      {"[lock]\nafter = 600", Fault::bad_value, "office.toml line 2: lock.after is "},
      {"[lock]\nafter = \"9223372036854775807 d\"", Fault::bad_value, "office.toml line 2: lock.after is "},
      {"[attachment]\nlargest = \"8 MB\"", Fault::bad_value,
       "office.toml line 2: attachment.largest is a size like \"8 MiB\" (B, KiB, MiB, GiB) from 1 KiB to 2 GiB"},
      {"[attachment]\nlargest = \"3 GiB\"", Fault::bad_value, "office.toml line 2: attachment.largest is "},
      {"listen.port = 1\n[listen]\nwatch = true", Fault::bad_line, "office.toml line 2, column "},
      {"[listen]\nport 7443", Fault::bad_line, "office.toml line 2, column "},
      {"[listen]\nport = 1\nport = 2", Fault::bad_line, "office.toml line 3, column "},
      {"[listen]\nhost = \"\xff\"", Fault::bad_line, "office.toml line 2, column "},
      {std::string(settings_file_bytes_max + 1, '\n'), Fault::too_large, "office.toml, at most 262144 bytes"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.detail);
    const Result<Settings> settings = parse(row.toml);
    REQUIRE(!settings);
    CHECK(settings.fault() == row.code);
    CHECK(settings.fault().detail().substr(0, row.detail.size()) == row.detail);
  }
}

TEST_CASE("what a person wrote into the file is never repeated in a complaint") {
  for (const char* toml :
       {"[listen]\nmarianne = 1", "[listen]\nhost = marianne", "[marianne", "[log]\nlevel=\"marianne\""}) {
    const Result<Settings> settings = parse(toml);
    REQUIRE(!settings);
    CHECK(settings.fault().detail().find("arianne") == std::string::npos);
  }
}

TEST_CASE("the first mistake in the file is told first") {
  const Result<Settings> settings = parse("[store]\nfolder = 1\n[listen]\nport = 0");
  REQUIRE(!settings);
  CHECK(settings.fault().detail().find("line 2") != std::string::npos);
}

TEST_CASE("the documented file says of every key what it does, may be and is") {
  const std::string file = default_settings_file(table);
  CHECK(file.find("\n[lock]\n\n"
                  "# Idle time until the caseload locks.\n"
                  "# a time like \"30 s\" (ms, s, min, h, d) from 1 min to 8 h.\n"
                  "# after = \"10 min\"\n") != std::string::npos);
  CHECK(file.find("# Where a copy goes.\n# Empty: no copy is made.\n") != std::string::npos);
  CHECK(file.find("# port = 7443\n") != std::string::npos);
  CHECK(file.find("# watch = true\n") != std::string::npos);
  CHECK(file.find("# largest = \"8 MiB\"\n") != std::string::npos);
}

TEST_CASE("the documented defaults, uncommented, are read as what they are") {
  std::string file;
  for (const std::string line : {"[listen]", "port = 7443", "[lock]", "after = \"10 min\"", "[attachment]",
                                 "largest = \"8 MiB\"", "[log]", "level = \"info\"", "[store]", "copy = \"\""}) {
    if (line[0] != '[') CHECK(default_settings_file(table).find("# " + line + "\n") != std::string::npos);
    file += line + "\n";
  }
  CHECK(parse(file).ok());
}

TEST_CASE("a file's relative paths start at its folder, and a missing file is absent") {
  const TempFolder temporary;
  const std::filesystem::path folder = temporary.path();
  CHECK(Settings::read(table, folder / "office.toml").fault() == Fault::absent);
  CHECK_THROWS_AS(static_cast<void>(Settings::read(table, folder)), Breakage);
  std::ofstream(folder / "office.toml") << "[store]\nfolder = \"notes\"\n[listen]\nport = 1\n";
  const Result<Settings> settings = Settings::read(table, folder / "office.toml");
  REQUIRE(settings.ok());
  CHECK(settings->path("store.folder") == folder / "notes");
  CHECK(settings->path("store.copy").empty());
  CHECK(settings->integer("listen.port") == 1);
  std::ofstream(folder / "office.toml") << std::string(settings_file_bytes_max + 1, ' ');
  CHECK(Settings::read(table, folder / "office.toml").fault() == Fault::too_large);
}
