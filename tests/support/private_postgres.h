#pragma once

#include <sys/types.h>
#include <string>
#include <vector>

#include "tests/support/temp_folder.h"

namespace caseload {

// PrivatePostgres: a PostgreSQL of a test program's own: a fresh cluster in a temporary folder, reachable through a
// socket there and nowhere else, as durable as a real one. It goes with the program, however that ends.
//
// Errors   throws std::runtime_error where PostgreSQL 15 is not installed: deploy/setup test.
// Requires a test program; as root, a user `postgres` or `nobody` that it may become: PostgreSQL refuses to be root.
class PrivatePostgres {
 public:
  static PrivatePostgres& instance();
  PrivatePostgres(const PrivatePostgres&) = delete;
  PrivatePostgres& operator=(const PrivatePostgres&) = delete;
  ~PrivatePostgres();

  std::string new_database();  // its name
  std::string where(const std::string& database) const;

  // SQL as its administrator; gives the first value of the answer.
  std::string ask(const std::string& database, const std::string& sql) const;

  // The server dies without a word, and comes back.
  void crash();
  void start_again();

 private:
  PrivatePostgres();
  pid_t run(const std::vector<std::string>& arguments) const;  // in the background
  void start();
  bool is_ready() const;

  TempFolder folder_;
  pid_t server_ = 0;
  int databases_ = 0;
};

}  // namespace caseload
