#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/house/scan.h"

namespace caseload::house {

// Room, Package: what room() and package() declared to the build, as finish_rooms() wrote it to rooms.txt.
struct Room {
  std::string name;
  std::string at;  // its folder, from the root
  std::vector<std::string> uses;
  std::vector<std::string> packages;
  std::vector<std::string> sources;  // from the root
  bool pure = false;
  std::string library;  // empty for a room of headers only

  bool may_use(const Room& other) const;
};

struct Package {
  std::string name;
  std::vector<std::string> headers;  // beginnings: "asio/", "sqlite3.h"
};

struct Declaration {
  std::vector<Room> rooms;
  std::vector<Package> packages;

  const Room* find(std::string_view name) const;

  // The room of a file: the one that lists it, or its namesake, among its SOURCES; else that of the nearest folder.
  const Room* room_of(const File& file) const;
};

Declaration read_declaration(const File& rooms_txt);

// The declaration and the exceptions of the project under test.
Declaration our_declaration();
Files our_files(const std::vector<std::string>& below);

// Fails the running test once for each complaint of the family, exceptions taken out.
void hold(const Complaints& found, std::string_view family);

}  // namespace caseload::house
