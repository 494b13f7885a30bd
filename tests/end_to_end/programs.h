#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/temp_folder.h"

namespace caseload::programs {

using Json = nlohmann::json;

// The server ended before it opened.
struct NotOpened : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a program that was run to its end said.
struct Said {
  int code = 0;
  std::string out;
  std::string err;
  Json json() const { return Json::parse(out, nullptr, false); }
};

// Town: an office and its people, with the real programs, in one folder that goes with the test.
//
// Shape    office() runs caseload-server, as(who) caseload on that person's profile; both with --json. The office listens on
//          a port that it keeps when it is closed and opened again.
class Town {
 public:
  explicit Town(const std::string& store = "sqlite");
  ~Town();
  Town(const Town&) = delete;
  Town& operator=(const Town&) = delete;

  Said office(std::vector<std::string> words, const std::string& input = "");
  Said as(const std::string& who, std::vector<std::string> words, const std::string& input = "");

  void open();                     // and waits until devices may come
  void close();                    // as a service manager does
  void kill_office();              // as a power cut does
  bool tries_to_open();            // open(), where a fault may end the server first
  bool office_died();              // whether the server has ended by itself; then it is closed
  void stand_by();                 // a second server of the same store, in a data folder of its own, at the same address
  void take_over();                // it is the office from now on, once devices may come to it
  // As as(), and goes on; stopped as a person stops it.
  int leave_running(const std::string& who, std::vector<std::string> words);
  Said stop(const std::string& who, int process);
  // As as(), dying at the n-th thing done to the files of that profile; 97 says that it died.
  Said dying(const std::string& who, int nth, std::vector<std::string> words);
  void days_later(int days);       // for every program from now on; an open office is opened anew
  bool is_open() const { return process_ > 0; }

  std::string add_unit(const std::string& name);
  std::string hire(const std::string& name, const std::string& role, const std::string& unit);  // gives the worker's id
  std::string invite(const std::string& name);
  // Invites and enrols; the profile has the name of the person in small letters.
  Said enrol(const std::string& who, const std::string& code);
  void join(const std::string& who, const std::string& name);
  Said meet(const std::string& who) { return as(who, {"sync"}); }

  std::string home(const std::string& who) const { return folder_ / ("devices/" + who); }
  std::string write(const std::string& name, const std::string& content);  // a file; gives its path
  const TempFolder& folder() const { return folder_; }
  std::string address() const { return address_; }
  std::vector<std::string> serve_options;  // more of them, from the next open() on
  std::vector<std::string> serve_variables;  // of its environment, the same
  std::string http;                        // where health and metrics are, once open
  std::string passphrase = "tiko-fame-ludo-ravi-sebu";

 private:
  Said run(const std::string& program, std::vector<std::string> words, const std::string& input, const std::string& fault = "");
  std::vector<std::string> environment(const std::string& data = "office") const;
  int start_server(const std::string& data);
  Json first_line(const std::string& data, int process);  // that it says, once it does
  void listens(const Json& said);

  TempFolder folder_;
  std::string address_ = "127.0.0.1:0";
  int days_ = 0;
  int process_ = 0;
  int second_ = 0;
};

// Runs a program to its end, its streams caught.
Said run_program(const std::vector<std::string>& words, const std::vector<std::string>& environment, const std::string& input);

// Every file below a folder that holds one of these texts in clear: "path: text".
std::vector<std::string> find_in_clear(const std::string& folder, const std::vector<std::string>& texts);

std::string as_address(const std::string& where);  // libpq's words for a PostgreSQL, as the address that programs take

}  // namespace caseload::programs
