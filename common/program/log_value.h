#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/fault.h"
#include "common/base/id.h"
#include "common/base/secret.h"

namespace caseload {

constexpr std::size_t log_word_bytes_max = 40;

// LogWord: a word that stands in our own source text. What came from anywhere else does not compile.
class LogWord {
 public:
  template <std::size_t N>
  consteval LogWord(const char (&literal)[N]) : text_(literal, N - 1) {  // NOLINT: a literal is a word
    if (N < 2 || N - 1 > log_word_bytes_max) throw "a word of 1 to 40 letters";
    for (const char letter : text_) {
      const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
      if (!plain) throw "lower-case letters, digits and underscores only";
    }
  }

  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// LogTag: an Id in a form that may be logged.
//
// Attacker who has the log but not the key cannot tell whose a hashed tag is, nor try all Ids; he can tell that two
//          lines speak of the same.
// Source   SipHash-2-4, Aumasson and Bernstein, 2012.
class LogTag {
 public:
  // In clear: for devices, which people look up by these twelve digits.
  static LogTag device(const Id& device);
  // Keyed hash: for cases, records and workers. Requires a key of 16 bytes, one per installation.
  static LogTag hashed(const Id& id, const Secret& key);

  std::string_view text() const { return {text_.data(), size_}; }

 private:
  explicit LogTag(std::string_view text);

  std::array<char, 16> text_{};
  std::size_t size_ = 0;
};

// LogValue: all that a log can say. Numbers, durations, our own words, names of Faults, tags: nothing that can carry a
// name, a note, a search term or a secret. The detail of a Fault is left out: it is text made while the program runs.
class LogValue {
 public:
  template <class T>
    requires(std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
             !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>)
  LogValue(T number) : json_(std::to_string(number)) {}                        // NOLINT
  LogValue(std::same_as<bool> auto truth) : json_(truth ? "true" : "false") {}  // NOLINT
  template <class Rep, class Period>
  LogValue(std::chrono::duration<Rep, Period> time)  // NOLINT: in milliseconds
      : LogValue(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) {}
  LogValue(LogWord word) : LogValue(quoted(word.text())) {}         // NOLINT
  LogValue(LogTag tag) : LogValue(quoted(tag.text())) {}            // NOLINT
  LogValue(const Fault& fault) : LogValue(quoted(fault.name())) {}  // NOLINT

  const std::string& json() const { return json_; }

 private:
  struct Quoted {
    std::string text;
  };
  explicit LogValue(Quoted quoted) : json_(std::move(quoted.text)) {}
  static Quoted quoted(std::string_view plain);

  std::string json_;
};

struct LogField {
  LogWord name;
  LogValue value;
};

}  // namespace caseload
