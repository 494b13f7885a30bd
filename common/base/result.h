#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "common/base/check.h"
#include "common/base/fault.h"

namespace caseload {

// Result<T>: a T, or the Fault that says why there is none.
//
// Promise  never both, never neither; reading the one that is not there stops the program.
// Use      Result<Date> date = parse_date(text);
//          if (!date) return date.fault();
//          use(*date);
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: a value is a Result
  Result(Fault fault) : held_(std::in_place_index<1>, std::move(fault)) {}  // NOLINT: so is a Fault
  Result(Fault::Code code) : Result(Fault(code)) {}                         // NOLINT

  bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  const T& value() const& {
    CHECK(ok(), "the value of a Result that holds a Fault");
    return std::get<0>(held_);
  }
  T& value() & {
    CHECK(ok(), "the value of a Result that holds a Fault");
    return std::get<0>(held_);
  }
  T&& value() && {
    CHECK(ok(), "the value of a Result that holds a Fault");
    return std::get<0>(std::move(held_));
  }

  const Fault& fault() const {
    CHECK(!ok(), "the Fault of a Result that holds a value");
    return std::get<1>(held_);
  }

 private:
  std::variant<T, Fault> held_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Fault fault) : fault_(std::move(fault)) {}  // NOLINT
  Result(Fault::Code code) : fault_(Fault(code)) {}  // NOLINT

  bool ok() const { return !fault_.has_value(); }
  explicit operator bool() const { return ok(); }

  const Fault& fault() const {
    CHECK(!ok(), "the Fault of a Result that holds none");
    return *fault_;
  }

 private:
  std::optional<Fault> fault_;
};

}  // namespace caseload
