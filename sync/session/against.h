#pragma once

#include "sync/ledger/fields.h"
#include "sync/session/recent_digests.h"

namespace caseload::sync {

// FieldWriter, and say_against below: a value, to somebody who expects a certain one.
//
// Shape    others:varint field*    bit i of `others`, from the lowest: field i is other than expected, and follows. The
//          fields are those of `serialize` in their order, structs taken apart into theirs; at most 64.
// Promise  hear_against() of what say_against() wrote is the value, if both sides expect the same. One form for each
//          value: a field that is as expected is never there.
// Errors   hear_against(): not_canonical for a field that is as expected after all; bad_value for one beyond the last;
//          those of reading the fields, and of a check() that the value has.
// Requires that a proof is expected to be empty.
class FieldWriter {
 public:
  explicit FieldWriter(RecentDigests& recent) : recent_(recent) {}

  template <class... T>
  void operator()(T&&... fields) {
    (take(fields), ...);
  }
  std::size_t size() const { return ends_.size(); }
  BytesView field(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return BytesView(bytes_).subspan(begin, ends_[i] - begin);
  }

 private:
  template <class T>
  void take(T& field) {
    if constexpr (requires { field.serialize(*this); }) {
      field.serialize(*this);
    } else {
      Writer writer(bytes_);
      if constexpr (std::same_as<T, Proof>) recent_.say(field, writer);
      else writer(field);
      ends_.push_back(bytes_.size());
    }
  }
  template <class T>
  void take(Checked<T>&) {}

  RecentDigests& recent_;
  Bytes bytes_;
  std::vector<std::size_t> ends_;
};

template <class T>
void say_against(Writer& to, RecentDigests& recent, T value, T expected) {
  FieldWriter wanted(recent);
  FieldWriter fields(recent);
  expected.serialize(wanted);
  value.serialize(fields);
  CHECK(fields.size() == wanted.size() && fields.size() < 64, "fields of one struct, as many as a number has bits");
  std::uint64_t others = 0;
  const auto is_other = [&](std::size_t i) { return !std::ranges::equal(fields.field(i), wanted.field(i)); };
  for (std::size_t i = 0; i < fields.size(); ++i) others |= std::uint64_t{is_other(i)} << i;
  to.varint(others);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if ((others >> i & 1) != 0) to.raw(fields.field(i));
  }
}

// FieldReader: the way back, for hear_against; its contract is FieldWriter's, above.
class FieldReader {
 public:
  FieldReader(Reader& from, RecentDigests& recent) : from_(from), recent_(recent), others_(from.varint()) {}

  template <class... T>
  void operator()(T&&... fields) {
    (take(fields), ...);
  }
  void finish() const {
    if (others_ != 0) throw ReadStop(Fault(Fault::bad_value, "a field that there is not"));
  }

 private:
  template <class T>
  void take(T& field) {
    if constexpr (requires { field.serialize(*this); }) {
      field.serialize(*this);
    } else {
      const bool is_other = (others_ & 1) != 0;
      others_ >>= 1;
      if (!is_other) return;
      const Bytes expected = encode(field);
      if constexpr (std::same_as<T, Proof>) field = recent_.hear(from_);
      else from_(field);
      if (encode(field) == expected) throw ReadStop(Fault(Fault::not_canonical, "what is expected is not said"));
    }
  }
  template <class T>
  void take(Checked<T>& whole) {
    whole.load(from_);
  }

  Reader& from_;
  RecentDigests& recent_;
  std::uint64_t others_;
};

template <class T>
void hear_against(Reader& from, RecentDigests& recent, T& value, const T& expected) {
  value = expected;
  FieldReader fields(from, recent);
  value.serialize(fields);
  fields.finish();
}

}  // namespace caseload::sync
