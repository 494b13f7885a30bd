#include "tests/support/unsynced.h"

#include <algorithm>
#include <fcntl.h>
#include <map>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "tests/support/real_calls.h"

// A file is remembered as its last synced content, in effect: each entry knows what stood there before. At the power
// cut all entries are taken back, the last first, and then done again or not. An entry is durable once its file was
// synced, lost for ever when the sync failed, and otherwise a matter of chance.

namespace caseload::faults {
namespace {

enum class Fate { open, durable, lost };

struct Entry {
  std::int64_t offset = 0;
  std::vector<char> before;
  std::vector<char> after;  // empty: the file was cut at offset
  std::int64_t size_before = 0;
  Fate fate = Fate::open;
};

struct File {
  int number = -1;  // our own, open for reading and writing
  std::vector<Entry> entries;
};

struct Name {
  std::string folder;
  std::string from;
  std::string to;     // empty: removed; `from` empty: created
  std::string saved;  // another name for what would be gone
};

struct State {
  std::map<ino_t, File> files;
  std::vector<Name> names;
  std::uint64_t saved = 0;
};

State& state() {
  static State* const one = new State;
  return *one;
}

std::uint64_t next(std::uint64_t& seed) {  // splitmix64: this library links nothing of ours
  std::uint64_t z = seed += 0x9e3779b97f4a7c15U;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
  z = (z ^ z >> 27) * 0x94d049bb133111ebU;
  return z ^ z >> 31;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

File& file_of(int file, std::int64_t& size) {
  struct stat about {};
  ::fstat(file, &about);
  size = about.st_size;
  File& known = state().files[about.st_ino];
  if (known.number < 0) {
    known.number = real_open(("/proc/self/fd/" + std::to_string(file)).c_str(), O_RDWR | O_CLOEXEC, 0);
  }
  return known;
}

std::vector<char> read_at(int file, std::int64_t offset, std::int64_t size) {
  std::vector<char> bytes(static_cast<std::size_t>(std::max<std::int64_t>(size, 0)));
  const ssize_t got = ::pread(file, bytes.data(), bytes.size(), offset);
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

void put(int file, const std::vector<char>& bytes, std::int64_t offset) {
  if (!bytes.empty()) static_cast<void>(real_pwrite(file, bytes.data(), bytes.size(), offset));
}

std::string keep_under_another_name(const std::string& path) {
  const std::string saved = folder_of(path) + "/.saved" + std::to_string(++state().saved);
  return ::link(path.c_str(), saved.c_str()) == 0 ? saved : "";
}

// One entry once more: all of it, none of it, or some of its sectors.
void redo(int file, const Entry& entry, std::uint64_t& seed) {
  constexpr std::size_t sector = 512;
  const std::uint64_t choice = entry.fate == Fate::durable ? 0 : next(seed) % 4;
  if (choice == 3) return;
  if (choice < 2 && entry.after.empty()) static_cast<void>(real_ftruncate(file, entry.offset));
  if (choice < 2) return put(file, entry.after, entry.offset);
  for (std::size_t at = 0; at < entry.after.size(); at += sector) {
    if (next(seed) % 2 == 0) continue;
    const std::size_t part = std::min(sector, entry.after.size() - at);
    static_cast<void>(real_pwrite(file, entry.after.data() + at, part, entry.offset + static_cast<std::int64_t>(at)));
  }
}

void take_back(const Name& name) {
  if (name.from.empty()) {
    static_cast<void>(real_unlink(name.to.c_str()));
  } else {
    if (!name.to.empty()) static_cast<void>(real_rename(name.to.c_str(), name.from.c_str()));
    const std::string& gone = name.to.empty() ? name.from : name.to;
    if (!name.saved.empty()) static_cast<void>(real_rename(name.saved.c_str(), gone.c_str()));
  }
}

}  // namespace

void Unsynced::write(int file, const void* data, std::size_t size, std::int64_t offset) {
  Entry entry;
  File& known = file_of(file, entry.size_before);
  const auto* bytes = static_cast<const char*>(data);
  entry.offset = offset;
  entry.after.assign(bytes, bytes + size);
  entry.before = read_at(known.number, offset, static_cast<std::int64_t>(size));
  known.entries.push_back(std::move(entry));
}

void Unsynced::truncate(int file, std::int64_t size) {
  Entry entry;
  File& known = file_of(file, entry.size_before);
  entry.offset = size;
  entry.before = read_at(known.number, size, entry.size_before - size);
  known.entries.push_back(std::move(entry));
}

void Unsynced::sync(int file, bool works) {
  struct stat about {};
  ::fstat(file, &about);
  if (S_ISDIR(about.st_mode)) {
    if (!works) return;
    const std::string folder = path_of(file);
    std::erase_if(state().names, [&](const Name& name) {
      if (name.folder == folder && !name.saved.empty()) real_unlink(name.saved.c_str());
      return name.folder == folder;
    });
    return;
  }
  std::vector<Entry>& entries = state().files[about.st_ino].entries;
  bool any_lost = false;
  for (Entry& entry : entries) {
    if (entry.fate == Fate::open) entry.fate = works ? Fate::durable : Fate::lost;
    any_lost = any_lost || entry.fate == Fate::lost;
  }
  if (!any_lost) entries.clear();
}

void Unsynced::create(const std::string& path) { state().names.push_back({folder_of(path), "", path, ""}); }

void Unsynced::rename(const std::string& from, const std::string& to) {
  state().names.push_back({folder_of(to), from, to, keep_under_another_name(to)});
}

void Unsynced::remove(const std::string& path) {
  state().names.push_back({folder_of(path), path, "", keep_under_another_name(path)});
}

void Unsynced::lose(std::uint64_t seed) {
  for (auto& [ino, file] : state().files) {
    for (auto entry = file.entries.rbegin(); entry != file.entries.rend(); ++entry) {
      put(file.number, entry->before, entry->offset);
      static_cast<void>(real_ftruncate(file.number, entry->size_before));
    }
    for (const Entry& entry : file.entries) {
      if (entry.fate != Fate::lost) redo(file.number, entry, seed);
    }
  }
  std::vector<Name>& names = state().names;
  for (std::uint64_t lost = next(seed) % (names.size() + 1); lost > 0; --lost) {
    take_back(names.back());
    names.pop_back();
  }
  for (const Name& name : names) {
    if (!name.saved.empty()) static_cast<void>(real_unlink(name.saved.c_str()));
  }
}

}  // namespace caseload::faults
