#include "tests/house/declaration.h"

#include <algorithm>

#include "tests/support/test.h"

namespace caseload::house {
namespace {

// Rows are `room name=… at=… uses=a,b …`. A value holds no space, but for the library's path, last but one.
std::string value_of(const std::string& row, const std::string& key) {
  const std::size_t start = row.find(" " + key + "=");
  if (start == std::string::npos) return {};
  const std::size_t value = start + key.size() + 2;
  const std::size_t end = key == "library" ? row.find(" sources=", value) : row.find(' ', value);
  return row.substr(value, end == std::string::npos ? end : end - value);
}

bool contains(const std::vector<std::string>& among, const std::string& one) {
  return std::find(among.begin(), among.end(), one) != among.end();
}

}  // namespace

bool Room::may_use(const Room& other) const { return name == other.name || contains(uses, other.name); }

const Room* Declaration::find(std::string_view name) const {
  for (const Room& room : rooms)
    if (room.name == name) return &room;
  return nullptr;
}

const Room* Declaration::room_of(const File& file) const {
  const Room* nearest = nullptr;
  for (const Room& room : rooms) {
    for (const std::string& source : room.sources)
      if (file.stem() + ".cpp" == source) return &room;
    if (!file.path.starts_with(room.at + "/")) continue;
    if (nearest == nullptr || nearest->at.size() < room.at.size()) nearest = &room;
  }
  return nearest;
}

Declaration read_declaration(const File& rooms_txt) {
  Declaration declaration;
  for (const std::string& row : rooms_txt.lines) {
    if (row.starts_with("package "))
      declaration.packages.push_back({value_of(row, "name"), split(value_of(row, "headers"), ',')});
    if (!row.starts_with("room ")) continue;
    Room room;
    room.name = value_of(row, "name");
    room.at = value_of(row, "at");
    room.uses = split(value_of(row, "uses"), ',');
    room.packages = split(value_of(row, "packages"), ',');
    room.sources = split(value_of(row, "sources"), ',');
    room.pure = value_of(row, "pure") == "yes";
    room.library = value_of(row, "library");
    declaration.rooms.push_back(room);
  }
  return declaration;
}

Declaration our_declaration() {
  const Files found = read_files(CASELOAD_BUILD, {"rooms.txt"});
  REQUIRE(found.size() == 1);
  return read_declaration(found.front());
}

Files our_files(const std::vector<std::string>& below) { return read_files(CASELOAD_SOURCE, below); }

void hold(const Complaints& found, std::string_view family) {
  const Files file = our_files({"tests/house/exceptions.txt"});
  REQUIRE(file.size() == 1);
  Complaints complaints;
  const Exceptions exceptions = read_exceptions(file.front(), complaints);
  for (const Complaint& complaint : without_exceptions(found, exceptions, family))
    complaints.push_back(complaint);
  for (const Complaint& complaint : complaints) FAIL_CHECK(complaint.to_string());
}

}  // namespace caseload::house
