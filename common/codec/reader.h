#pragma once

#include <cstdint>
#include <exception>
#include <utility>

#include "common/codec/writer.h"

namespace caseload {

struct ReadLimits {
  std::size_t elements_max = 1U << 20;  // in all containers of one value together
  unsigned depth_max = 32;              // of values inside values
};

// What stops a Reader inside cereal, which can only be left by throwing; it ends in read_all and goes no further.
class ReadStop : public std::exception {
 public:
  explicit ReadStop(Fault fault) : fault_(std::move(fault)) {}
  const Fault& fault() const { return fault_; }
  const char* what() const noexcept override { return "bytes refused"; }

 private:
  Fault fault_;
};

// Reader: a cereal archive over bytes that nobody has checked.
//
// Promise  a count is compared with the bytes left, and with its budget, before memory is taken for it; containers grow
//          as their elements arrive; only canonical forms are accepted.
// Use      through decode() of codec.h, or read_all() for what is read in pieces. What it reads is in reader_types.h.
class Reader : public cereal::InputArchive<Reader, cereal::AllowEmptyClassElision> {
 public:
  Reader(BytesView bytes, ReadLimits limits) : InputArchive(this), left_(bytes), limits_(limits) {}

  std::size_t left() const { return left_.size(); }
  BytesView raw(std::size_t size) {
    if (size > left_.size()) throw ReadStop(Fault::truncated);
    const BytesView taken = left_.first(size);
    left_ = left_.subspan(size);
    return taken;
  }
  std::uint64_t varint();
  std::size_t length();    // of raw bytes: at most what is left
  std::size_t elements();  // of a container: every element takes at least one byte
  void enter() {
    if (++depth_ > limits_.depth_max) throw ReadStop(Fault::too_deep);
  }
  void leave() { --depth_; }
  void finish() const {
    if (!left_.empty()) throw ReadStop(Fault::trailing_bytes);
  }

 private:
  BytesView left_;
  ReadLimits limits_;
  std::size_t elements_ = 0;
  unsigned depth_ = 0;
};

// Runs `read` over all of the bytes, and turns whatever stopped it into a Fault.
template <class Read>
auto read_all(BytesView bytes, ReadLimits limits, Read read) -> Result<decltype(read(std::declval<Reader&>()))> {
  try {
    Reader reader(bytes, limits);
    auto value = read(reader);
    reader.finish();
    return value;
  } catch (const ReadStop& stop) {
    return stop.fault();
  } catch (const cereal::Exception&) {
    return Fault(Fault::bad_value, "a choice that is not in the list");
  }
}

// An enumeration read from outside: its type says which numbers it has, by a function is_listed(E) beside it.
//     archive(listed(kind_));
template <class E>
struct Listed {
  E& value;

  void save(Writer& to) const { to(static_cast<std::underlying_type_t<E>>(value)); }
  void load(Reader& from) const {
    std::underlying_type_t<E> number{};
    from(number);
    if (!is_listed(static_cast<E>(number))) throw ReadStop(Fault(Fault::bad_value, "a number that is not in the list"));
    value = static_cast<E>(number);
  }
};
template <class E>
Listed<E> listed(E& value) {
  return Listed<E>{value};
}

template <class T>
void prologue(Reader& from, const T&) {
  if constexpr (std::is_class_v<T>) from.enter();
}
template <class T>
void epilogue(Reader& from, const T&) {
  if constexpr (std::is_class_v<T>) from.leave();
}

}  // namespace caseload

CEREAL_REGISTER_ARCHIVE(caseload::Reader)
CEREAL_SETUP_ARCHIVE_TRAITS(caseload::Reader, caseload::Writer)
