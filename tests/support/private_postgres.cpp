#include "tests/support/private_postgres.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <thread>

namespace caseload {
namespace {

const std::string programs = CASELOAD_POSTGRES_PROGRAMS;

struct Finish {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};

const passwd* whom_to_become() {
  if (::geteuid() != 0) return nullptr;
  const passwd* user = ::getpwnam("postgres");
  return user != nullptr ? user : ::getpwnam("nobody");
}

void expect(bool works, const char* what) {
  if (!works) throw std::runtime_error(std::string("a private PostgreSQL: ") + what);
}

}  // namespace

PrivatePostgres& PrivatePostgres::instance() {
  static PrivatePostgres only;
  return only;
}

PrivatePostgres::PrivatePostgres() {
  expect(!programs.empty(), "PostgreSQL 15 is not installed: deploy/setup test");
  if (const passwd* user = whom_to_become()) {
    expect(::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) == 0, "giving its folder away");
  }
  const pid_t made = run({programs + "/initdb", "-D", folder_ / "data", "-U", "caseload", "--auth=trust",
                          "--no-locale", "-E", "UTF8", "--no-sync", "--no-instructions"});
  int status = 0;
  expect(::waitpid(made, &status, 0) == made && status == 0, "initdb");
  start();
}

PrivatePostgres::~PrivatePostgres() {
  if (server_ == 0) return;
  ::kill(server_, SIGQUIT);
  ::waitpid(server_, nullptr, 0);
}

pid_t PrivatePostgres::run(const std::vector<std::string>& arguments) const {
  std::vector<char*> list;
  for (const std::string& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
  list.push_back(nullptr);
  const passwd* user = whom_to_become();
  const std::string log = folder_ / "log";
  const pid_t child = ::fork();
  expect(child >= 0, "fork");
  if (child > 0) return child;
  if (user != nullptr &&
      (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) {
    ::_exit(1);
  }
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // after becoming somebody else, which would take it back
  const int to = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(to, STDOUT_FILENO);
  ::dup2(to, STDERR_FILENO);
  if (::chdir(folder_.path().c_str()) == 0) ::execv(list[0], list.data());
  ::_exit(1);
}

void PrivatePostgres::start() {
  server_ = run({programs + "/postgres", "-D", folder_ / "data", "-k", folder_.path(), "-c",
                 "listen_addresses=", "-c", "unix_socket_permissions=0777", "-c", "max_connections=40", "-c",
                 "shared_buffers=64MB", "-c", "recovery_init_sync_method=syncfs"});
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_ready()) {
    if (std::chrono::steady_clock::now() > end || ::waitpid(server_, nullptr, WNOHANG) != 0) {
      std::ifstream log(folder_ / "log");
      throw std::runtime_error("a private PostgreSQL does not start:\n" +
                               std::string(std::istreambuf_iterator<char>(log), {}));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

bool PrivatePostgres::is_ready() const { return PQping(where("postgres").c_str()) == PQPING_OK; }

std::string PrivatePostgres::where(const std::string& database) const {
  return "host=" + folder_.path() + " user=caseload dbname=" + database;
}

std::string PrivatePostgres::new_database() {
  const std::string name = "office" + std::to_string(++databases_);
  ask("postgres", "CREATE DATABASE " + name);
  return name;
}

std::string PrivatePostgres::ask(const std::string& database, const std::string& sql) const {
  const std::unique_ptr<PGconn, Finish> connection(PQconnectdb(where(database).c_str()));
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  const std::unique_ptr<PGresult, Clear> answer(PQexec(connection.get(), sql.c_str()));
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw std::runtime_error(PQerrorMessage(connection.get()));
  return PQntuples(answer.get()) > 0 ? PQgetvalue(answer.get(), 0, 0) : "";
}

void PrivatePostgres::crash() {
  ::kill(server_, SIGQUIT);
  ::waitpid(server_, nullptr, 0);
  server_ = 0;
}

void PrivatePostgres::start_again() { start(); }

}  // namespace caseload
