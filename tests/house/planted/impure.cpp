// Everything that a pure room may not do, for purity_test.cpp to catch. Never run, and linked into nothing.

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <random>
#include <sys/random.h>
#include <sys/socket.h>
#include <thread>
#include <time.h>
#include <unistd.h>

#include "common/base/random.h"

namespace caseload::house {

long planted_clock() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec;
}

long long planted_now() { return std::chrono::system_clock::now().time_since_epoch().count(); }

void planted_file() { std::ofstream("planted") << "planted"; }

int planted_socket() { return ::socket(AF_INET, SOCK_STREAM, 0); }

void planted_thread() { std::thread([] {}).join(); }

void planted_lock(std::mutex& mutex) { const std::lock_guard<std::mutex> held(mutex); }

unsigned planted_chance() { return std::random_device()(); }

long planted_kernel_chance(char* bytes) { return getrandom(bytes, 1, 0); }

std::uint64_t planted_own_chance() { return SystemRandom().next(); }

const char* planted_surroundings() { return std::getenv("PLANTED"); }

void planted_print() { std::cout << "planted"; }

}  // namespace caseload::house
