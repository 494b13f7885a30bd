#include "client/cli/editor.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "common/base/check.h"
#include "tests/support/temp_folder.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
namespace fs = std::filesystem;

namespace {

// A shell script as somebody's editor. What it finds and leaves is told through a folder of the test.
struct Editor {
  explicit Editor(const std::string& script) {
    std::ofstream(told / "editor") << "#!/bin/sh\nset -eu\ntold='" << told.path() << "'\n" << script << "\n";
    fs::permissions(told / "editor", fs::perms::owner_all);
    ::setenv("VISUAL", (told / "editor").c_str(), 1);
  }
  ~Editor() { ::unsetenv("VISUAL"); }
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  std::string said(const std::string& name) const {
    std::ifstream file(told / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  TempFolder told;
};

struct Written {
  Result<void> result = Fault::absent;
  std::string words;
};
Written write(const std::string& before, const Result<void>& answer = {}) {
  Written written;
  written.result = write_in_editor(before, [&](const std::string& words) {
    written.words = words;
    return answer;
  });
  return written;
}

bool stands_anywhere(const std::string& folder) { return !folder.empty() && fs::exists(folder); }

}  // namespace

TEST_CASE("what somebody writes is taken, and nothing of it is left") {
  struct Row {
    const char* what;
    const char* script;
    const char* words;
  };
  const Row rows[] = {
      {"in place", "printf 'He rang.\\n' > \"$1\"", "He rang."},
      {"added to", "printf ' Twice.' >> \"$1\"", "Before. Twice."},
      {"another file put in its place", "printf 'New.\\n' > new; mv new \"$1\"", "New."},
      {"several lines", "printf 'One.\\n\\nTwo.\\n\\n' > \"$1\"", "One.\n\nTwo."},
      {"a backup beside it", "cp \"$1\" \"$1~\"; printf 'x' > .note.txt.swp; printf 'Kept.' > \"$1\"", "Kept."},
      {"a backup at home and in the temporary folder",
       "cp \"$1\" \"$HOME/backup\"; cp \"$1\" \"$TMPDIR/swap\"; mkdir -p \"$XDG_DATA_HOME/a/b\"; cp \"$1\" "
       "\"$XDG_DATA_HOME/a/b/c\"; printf 'Home.' > \"$1\"",
       "Home."},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Editor editor(std::string("dirname \"$1\" | tr -d '\\n' > \"$told/folder\"\n") + row.script);
    const Written written = write("Before.");
    REQUIRE_MESSAGE(written.result.ok(), written.result.fault().to_string());
    CHECK(written.words == row.words);
    const std::string folder = editor.said("folder");
    CHECK_FALSE(folder.empty());
    CHECK_FALSE(stands_anywhere(folder));
  }
}

TEST_CASE("the words stand in memory, in a folder and a file that nobody else may open, and everything an editor keeps too") {
  const Editor editor(R"sh(stat -f -c %T "$1" > "$told/type"
stat -c %a "$1" > "$told/file"
stat -c %a "$(dirname "$1")" > "$told/folder"
for place in "$HOME" "$TMPDIR" "$XDG_CACHE_HOME" "$XDG_STATE_HOME" "$(pwd)"; do echo "$place"; done | sort -u | wc -l > "$told/places"
test "$HOME" = "$(dirname "$1")"
echo More >> "$1")sh");
  REQUIRE(write("Before").result.ok());
  CHECK(editor.said("type") == "tmpfs\n");
  CHECK(editor.said("file") == "600\n");
  CHECK(editor.said("folder") == "700\n");
  CHECK(std::atoi(editor.said("places").c_str()) == 1);
}

TEST_CASE("an editor that writes nothing, fails or is not there is no note") {
  struct Row {
    const char* what;
    const char* script;
    Fault::Code fault;
  };
  const Row rows[] = {
      {"nothing", "true", Fault::cancelled},
      {"emptied", ": > \"$1\"", Fault::cancelled},
      {"blanks", "printf ' \\n\\t\\n' > \"$1\"", Fault::cancelled},
      {"removed", "rm \"$1\"", Fault::cancelled},
      {"a link in its place", "rm \"$1\"; ln -s /etc/hostname \"$1\"", Fault::cancelled},
      {"failed before writing", "exit 1", Fault::cancelled},
      {"no such program inside", "exit 127", Fault::absent},
      {"killed", "kill -9 $$", Fault::cancelled},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Editor editor(std::string("dirname \"$1\" | tr -d '\\n' > \"$told/folder\"\n") + row.script);
    const Written written = write("Before");
    REQUIRE(!written.result.ok());
    CHECK(written.result.fault() == row.fault);
    CHECK(written.words.empty());
    CHECK_FALSE(stands_anywhere(editor.said("folder")));
  }
  ::setenv("VISUAL", "no-such-editor-anywhere", 1);
  CHECK(write("Before").result.fault() == Fault::absent);
  ::unsetenv("VISUAL");
}

TEST_CASE("words that cannot be taken are not thrown away") {
  const Editor editor("dirname \"$1\" | tr -d '\\n' > \"$told/folder\"\nprintf 'An hour of typing.' > \"$1\"");
  const Written refused = write("", Fault(Fault::too_large, "text"));
  REQUIRE(!refused.result.ok());
  CHECK(refused.result.fault() == Fault::too_large);
  const std::string folder = editor.said("folder");
  CHECK(refused.result.fault().detail().find(folder) != std::string::npos);
  REQUIRE(fs::exists(folder + "/note.txt"));
  fs::remove_all(folder);

  CHECK_THROWS_AS(static_cast<void>(write_in_editor("", [](const std::string&) -> Result<void> {
                    throw Breakage(Breakage::What::disk_full, "a full disk");
                  })),
                  Breakage);
  REQUIRE(fs::exists(editor.said("folder") + "/note.txt"));
  fs::remove_all(editor.said("folder"));
}

TEST_CASE("an editor may have options, and a file name is one word whatever it holds") {
  const Editor editor("test \"$1\" = --wait; test $# = 2; printf 'Waited.' > \"$2\"");
  ::setenv("VISUAL", ((editor.told / "editor") + " --wait").c_str(), 1);
  CHECK(write("").words == "Waited.");
}
