#include "client/store/names.h"

namespace caseload::client {

std::int64_t Names::number_of(const Id& id) {
  if (const auto found = known_.find(id); found != known_.end()) return found->second;
  std::int64_t number = 0;
  Statement find = database_.prepare("SELECT n FROM actor WHERE id = ?");
  find.select(id);
  if (find.step()) {
    number = find.integer(0);
  } else {
    database_.prepare("INSERT INTO actor (id) VALUES (?)").run(id);
    number = database_.last_row_id();
  }
  if (known_.size() >= known_max) known_.clear();
  known_.emplace(id, number);
  return number;
}

}  // namespace caseload::client
