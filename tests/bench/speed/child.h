#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <type_traits>

namespace caseload::bench {

// Line: what a process says to another that it was made by, or made: plain values, one after the other.
class Line {
 public:
  Line(int from, int to) : from_(from), to_(to) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line();

  template <class T>
  void say(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    write(&value, sizeof value);
  }
  // Nothing where the other has gone.
  template <class T>
  std::optional<T> hear() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    return read(&value, sizeof value) ? std::optional<T>(value) : std::nullopt;
  }

 private:
  void write(const void* value, std::size_t size);
  bool read(void* value, std::size_t size);

  int from_, to_;
};

// Child: a process of its own, so that its memory and its time on the processor are its own.
//
// Promise  it ends with its life, with its owner, and with the whole program, whichever comes first.
// Requires that nobody but the caller's thread is at work in this process.
class Child {
 public:
  explicit Child(const std::function<void(Line&)>& life);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  Line& line() { return *line_; }
  void await_end();  // of a life that ends by itself

 private:
  pid_t process_ = 0;
  std::optional<Line> line_;
};

}  // namespace caseload::bench
