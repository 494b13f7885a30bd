#include "tests/end_to_end/place.h"

#include <filesystem>

// What befalls people and their machines while they go on working: another role, a laptop put back, a laptop copied.

namespace caseload::programs {
namespace {

namespace fs = std::filesystem;

std::size_t times(const std::string& text, const std::string& words) {
  std::size_t count = 0;
  for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++count;
  return count;
}

// Another disk in the same machine: the profile's folder, and nothing else of it.
struct Disk {
  Town& town;
  std::string who;
  std::string image() const { return town.folder() / ("image of " + who); }

  void take_image() const {
    fs::remove_all(image());
    fs::copy(town.home(who), image(), fs::copy_options::recursive);
  }
  void put_back() const {
    fs::remove_all(town.home(who));
    fs::copy(image(), town.home(who), fs::copy_options::recursive);
  }
  // The copy's turn to be the machine; called again, the first one's.
  void swap() const {
    fs::rename(town.home(who), town.folder() / "aside");
    fs::rename(image(), town.home(who));
    fs::rename(town.folder() / "aside", image());
  }
};

TEST_CASE("a caseworker becomes a manager and a caseworker again: the next session brings the unit's cases and takes them back") {
  Place town;
  town.join("lena", "Lena Mori");
  town.join("ben", "Ben Duarte");
  CHECK(town.meet("lena").code == 0);
  const std::string scope = town.begin_case("lena", "Ruth Example");
  town.note("lena", scope, "Between the family and their manager.");
  CHECK(town.meet("lena").code == 0);
  CHECK(town.meet("ben").code == 0);
  CHECK_FALSE(town.has_words("ben", scope, "Between the family"));

  CHECK(town.office({"worker", "role", "Ben Duarte", "manager"}).code == 0);
  CHECK(town.meet("ben").json().at("received").get<int>() > 0);
  CHECK(town.has_words("ben", scope, "Between the family"));
  town.note("ben", scope, "Written as a manager.");
  CHECK(town.meet("ben").json().at("accepted") == 1);
  town.note("ben", scope, "Written as a manager, and not yet sent.");

  CHECK(town.office({"worker", "role", "Ben Duarte", "caseworker"}).code == 0);
  const Said back = town.meet("ben");
  CHECK(back.json().at("late") == 1);  // a person judges what he wrote when he no longer might
  CHECK_FALSE(town.has_words("ben", scope, "Between the family"));
  CHECK_FALSE(town.has_words("ben", scope, "Written as a manager."));
  CHECK(town.meet("ben").code == 0);
  CHECK(town.meet("lena").code == 0);
  CHECK(town.has_words("lena", scope, "Written as a manager."));
  CHECK(town.office({"late", "list"}).json().size() == 1);
  // An auditor of another unit: nothing is left to hold.
  CHECK(town.office({"worker", "role", "Ben Duarte", "auditor"}).code == 0);
  CHECK(town.office({"worker", "move", "Ben Duarte", "--unit", "South"}).code == 0);
  CHECK(town.meet("ben").code == 0);
  CHECK(town.meet("ben").code == 0);
  for (const Json& row : town.office({"custody", scope}).json()) CHECK(row.at("worker") != "Ben Duarte");
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
}

TEST_CASE("H13 a laptop put back from an image, with notes unsent then and notes sent since: each is there once, and it goes on") {
  Place town;
  town.join("lena", "Lena Mori");
  CHECK(town.meet("lena").code == 0);
  const std::string scope = town.begin_case("lena", "Ruth Example");
  CHECK(town.meet("lena").code == 0);
  town.note("lena", scope, "Note 1: unsent when the image was made.");
  const Disk disk{town, "lena"};
  disk.take_image();
  CHECK(town.meet("lena").json().at("accepted") == 1);
  town.note("lena", scope, "Note 2: sent after the image.");
  CHECK(town.meet("lena").json().at("accepted") == 1);

  disk.put_back();
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 1);
  town.note("lena", scope, "Note 3: after it was put back.");
  const Said first = town.meet("lena");
  CHECK_MESSAGE(first.code == 0, first.out);
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 0);
  const Said second = town.meet("lena");
  CHECK_MESSAGE(second.code == 0, second.out);
  const std::string timeline = town.as("lena", {"timeline", scope}).out;
  for (const char* note : {"Note 1:", "Note 2:", "Note 3:"}) CHECK_MESSAGE(times(timeline, note) == 1, note);
  // Put back again, with as much work since as it had done before: its numbers are used, and nothing else tells so.
  disk.take_image();
  for (int note = 4; note < 6; ++note) {
    if (note == 5) disk.put_back();
    town.note("lena", scope, "Note " + std::to_string(note) + ": either side of the second time.");
    const Said said = town.meet("lena");
    CHECK_MESSAGE(said.code == 0, said.out);
    CHECK(said.json().at("accepted") == 1);
  }
  for (const Json& row : town.office({"device", "list"}).json()) CHECK(row.at("standing") == "active");
  CHECK(town.office({"late", "list"}).json().empty());
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
  town.join("ben", "Ben Duarte");
  CHECK(town.office({"worker", "role", "Ben Duarte", "manager"}).code == 0);
  CHECK(town.meet("ben").code == 0);
  const std::string seen = town.as("ben", {"timeline", scope}).out;
  for (const char* note : {"Note 1:", "Note 2:", "Note 3:", "Note 4:", "Note 5:"}) CHECK_MESSAGE(times(seen, note) == 1, note);
}

TEST_CASE("H14 two copies of one laptop at work: the office tells them apart, and no note of either is lost or counted twice") {
  Place town;
  town.join("lena", "Lena Mori");
  CHECK(town.meet("lena").code == 0);
  const std::string scope = town.begin_case("lena", "Ruth Example");
  CHECK(town.meet("lena").code == 0);
  const Disk disk{town, "lena"};
  disk.take_image();
  town.note("lena", scope, "On the first.");
  CHECK(town.meet("lena").json().at("accepted") == 1);
  disk.swap();
  town.note("lena", scope, "On the copy.");
  const Said copy = town.meet("lena");
  CHECK_MESSAGE(copy.code == 0, copy.out);  // as far as the office can know, a laptop put back
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 0);
  disk.swap();
  town.note("lena", scope, "On the first, since.");
  CHECK(error_of(town.meet("lena")) == "twin");
  disk.swap();
  town.note("lena", scope, "On the copy, since.");
  CHECK(error_of(town.meet("lena")) == "twin");
  bool told = false;
  for (const Json& row : town.office({"device", "list"}).json()) told = told || row.at("standing") == "twin";
  CHECK(told);
  // What either wrote is with the office: in the log, or with those who judge it.
  CHECK(town.office({"late", "list"}).json().size() == 2);
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
  CHECK(town.office({"worker", "role", "Ben Duarte", "manager"}).code == 0);
  town.join("ben", "Ben Duarte");
  CHECK(town.meet("ben").code == 0);
  const std::string seen = town.as("ben", {"timeline", scope}).out;
  for (const char* note : {"On the first.", "On the copy."}) CHECK_MESSAGE(times(seen, note) == 1, note);
  int waiting = 0;
  for (const Json& row : town.as("ben", {"late", "list"}).json()) waiting += row.at("changes").get<int>();
  CHECK(waiting == 2);
}

}  // namespace
}  // namespace caseload::programs
