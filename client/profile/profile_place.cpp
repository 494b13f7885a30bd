#include "client/profile/profile_place.h"

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

#include "client/keys/private_folder.h"
#include "common/base/durable_file.h"
#include "common/crypto/hash.h"

namespace caseload::client {
namespace {

constexpr std::size_t tag_bytes = 8;  // of the home's path: tells one person's profiles apart

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// A folder of the XDG base directories, or its usual place below the person's own. Relative ones count as none.
std::string base_folder(const char* name, const char* usual) {
  const std::string set = environment(name);
  if (set.starts_with('/')) return set;
  return environment("HOME") + usual;
}

}  // namespace

Result<ProfilePlace> find_profile(const std::string& home) {
  std::string chosen = home.empty() ? environment("CASELOAD_HOME") : home;
  if (chosen.empty()) chosen = base_folder("XDG_DATA_HOME", "/.local/share") + "/caseload";
  std::error_code failed;
  const std::filesystem::path absolute = std::filesystem::absolute(chosen, failed).lexically_normal();
  if (failed || !absolute.is_absolute()) return Fault(Fault::bad_value, "the profile's folder");
  ProfilePlace place;
  place.home = absolute.string();
  while (place.home.size() > 1 && place.home.back() == '/') place.home.pop_back();
  const std::string tag = to_hex(BytesView(sha256(as_bytes(place.home))).first(tag_bytes));
  const std::string state = base_folder("XDG_STATE_HOME", "/.local/state") + "/caseload";
  const std::string runtime = environment("XDG_RUNTIME_DIR");
  place.state = state + "/" + tag;
  place.machine_file = state + "/machine";
  place.runtime = runtime.starts_with('/') ? runtime + "/caseload" : state + "/run";
  return place;
}

Result<Id> machine_of(const ProfilePlace& place, Random& random) {
  const Result<Bytes> file = read_file(place.machine_file, 64);
  if (file) {
    Result<Id> id = Id::parse(as_text(*file));
    return id ? id : Result<Id>(Fault(Fault::damaged, "the machine's number"));
  }
  if (file.fault() != Fault::absent) return Fault(Fault::damaged, "the machine's number");
  const std::string folder = place.machine_file.substr(0, place.machine_file.rfind('/'));
  if (Result<void> made = make_private_folder(folder); !made) return made.fault();
  const Id made = Id::make(0, random);
  replace_file(place.machine_file, as_bytes(made.to_string()));
  return made;
}

}  // namespace caseload::client
