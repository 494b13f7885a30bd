// Purity by the linker's own account: what the libraries of pure rooms leave undefined, against what reaches a
// clock, a file, a socket, a thread, chance or the surroundings. What a pure room gets from a room below that is not
// pure is refused by name: the kinds of our own that stand for the world are called System…
//
// std::ios_base::Init is let be: <iostream> leaves it in every object that includes it, as cereal's headers do, used or
// not. Whoever does use a stream of the process is caught at std::cin, std::cout, std::cerr or std::clog.

#include <algorithm>

#include "tests/house/declaration.h"

#include "tests/support/test.h"

namespace caseload::house {
namespace {

const std::vector<std::string_view> forbidden_functions{
    // clocks
    "time", "clock", "clock_gettime", "clock_getres", "gettimeofday", "timespec_get", "localtime",
    "localtime_r", "mktime", "tzset", "sleep", "usleep", "nanosleep", "clock_nanosleep", "alarm",
    // files and streams of the process
    "open", "open64", "openat", "openat64", "creat", "fopen", "fopen64", "freopen", "fdopen", "read", "write",
    "pread", "pwrite", "close", "stat", "lstat", "fstat", "opendir", "mkdir", "rename", "unlink", "remove",
    "tmpfile", "mkstemp", "mkdtemp", "mmap", "mmap64", "fsync", "ioctl", "fcntl", "printf", "puts", "putchar",
    "fputs", "fputc", "fprintf", "vfprintf", "__printf_chk", "__fprintf_chk", "perror", "fwrite", "fread",
    "fgets", "getline", "stdin", "stdout", "stderr", "syslog",
    // sockets
    "socket", "connect", "bind", "listen", "accept", "accept4", "send", "sendto", "sendmsg", "recv",
    "recvfrom", "recvmsg", "poll", "select", "getaddrinfo", "gethostname",
    // threads, processes, signals
    "fork", "vfork", "execve", "posix_spawn", "system", "popen", "kill", "raise", "signal", "sigaction",
    "getpid", "gettid", "syscall", "sched_yield", "exit", "_exit",
    // chance
    "rand", "rand_r", "srand", "random", "srandom", "drand48", "lrand48", "getrandom", "getentropy",
    "arc4random", "RAND_bytes", "RAND_priv_bytes",
    // surroundings
    "getenv", "secure_getenv", "setenv", "putenv", "environ", "setlocale", "dlopen", "getuid", "getcwd"};

const std::vector<std::string_view> forbidden_beginnings{"pthread_",
                                                         "__pthread_",
                                                         "sem_",
                                                         "std::thread::",
                                                         "std::this_thread::",
                                                         "std::condition_variable",
                                                         "std::__atomic_wait",
                                                         "std::random_device",
                                                         "std::chrono::_V2::",
                                                         "std::filesystem::",
                                                         "std::basic_filebuf<",
                                                         "std::basic_ifstream<",
                                                         "std::basic_ofstream<",
                                                         "std::basic_fstream<",
                                                         "std::cout",
                                                         "std::cerr",
                                                         "std::clog",
                                                         "std::cin",
                                                         "std::locale::global",
                                                         "std::async",
                                                         "std::__future_base"};

// Of ours: caseload::System…, and what the compiler makes for such a class.
bool is_worldly_kind(std::string_view symbol) {
  for (const std::string_view made : {"vtable for ", "typeinfo for ", "VTT for "})
    if (symbol.starts_with(made)) symbol.remove_prefix(made.size());
  return symbol.starts_with("caseload::System");
}

bool is_forbidden(std::string_view symbol) {
  const std::string_view name = symbol.substr(0, symbol.find('@'));
  return std::find(forbidden_functions.begin(), forbidden_functions.end(), name) !=
             forbidden_functions.end() ||
         starts_with_any(name, forbidden_beginnings) || is_worldly_kind(name);
}

// Rows of `nm -u -C` are "   U symbol"; a row that ends in ':' names the object that the next rows are of.
Complaints check_symbols(const std::string& library, const std::string& nm) {
  Complaints complaints;
  std::string object = library;
  for (const std::string& line : split(nm, '\n')) {
    const std::string_view row = trimmed(line);
    if (row.ends_with(':') && !row.starts_with("U ")) object = row.substr(0, row.size() - 1);
    const bool undefined = row.starts_with("U ") || row.starts_with("w ");
    if (undefined && is_forbidden(row.substr(2)))
      complaints.push_back(
          {library, 0, "purity.symbol",
           object + " uses " + std::string(row.substr(2)) + ": a pure room has the world handed in"});
  }
  return complaints;
}

Complaints check_library(const std::string& path) {
  int status = 0;
  const std::string nm = output_of("nm -u -C '" + path + "'", status);
  if (status != 0) return {{path, 0, "purity.unread", nm}};
  return check_symbols(path, nm);
}

}  // namespace

TEST_CASE("the libraries of pure rooms reach no clock, file, socket, thread or chance") {
  Complaints complaints;
  for (const Room& room : our_declaration().rooms) {
    if (!room.pure || room.library.empty()) continue;
    for (const Complaint& complaint : check_library(room.library)) complaints.push_back(complaint);
  }
  hold(complaints, "purity");
}

TEST_CASE("a library that reaches the world is caught at each thing it does") {
  const Complaints complaints = check_library(CASELOAD_PLANTED_LIBRARY);
  for (const std::string symbol :
       {"clock_gettime", "std::chrono::_V2::system_clock::now()", "std::basic_ofstream<", "socket",
        "std::thread::join()", "pthread_mutex_lock", "std::random_device::", "getrandom",
        "vtable for caseload::SystemRandom", "getenv", "std::cout"}) {
    CAPTURE(symbol);
    const std::string begins = "impure.cpp.o uses " + symbol;
    CHECK(std::any_of(complaints.begin(), complaints.end(), [&](const Complaint& complaint) {
      return complaint.rule == "purity.symbol" && complaint.what.starts_with(begins);
    }));
  }
}

TEST_CASE("what merely resembles the world raises no complaint") {
  CHECK(check_symbols(
            "a.a",
            "a.cpp.o:\n  U caseload::Clock::time()\n  U timespec_of\n  U memcpy\n  U caseload::open(int)\n"
            "  U std::ios_base::Init::Init()\n")
            .empty());
  CHECK(check_symbols("a.a", "a.cpp.o:\n  U time@GLIBC_2.17\n").size() == 1);
  CHECK(check_symbols("a.a", "a.cpp.o:\n  w pthread_create\n").size() == 1);
  CHECK(check_symbols("a.a", "a.cpp.o:\n  U caseload::SystemClock::now()\n").size() == 1);
}

TEST_CASE("a library that is not there is a complaint, not a pure one") {
  CHECK(check_library("no/such/library.a").size() == 1);
}

}  // namespace caseload::house
