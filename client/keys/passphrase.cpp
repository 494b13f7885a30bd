#include "client/keys/passphrase.h"

#include <algorithm>
#include <cctype>

#include "common/base/text.h"

namespace caseload::client {
namespace {

// What people choose, and what is therefore tried first: folded, without spaces.
constexpr std::string_view common_words[] = {
    "password", "passphrase", "passwort",  "passcode", "kennwort", "secret",   "geheim",   "welcome",  "willkommen",
    "letmein",  "changeme",   "default",   "admin",    "login",    "logon",    "master",   "access",   "hello",
    "iloveyou", "loveyou",    "mylove",    "princess", "sunshine", "football", "baseball", "superman", "batman",
    "starwars", "monkey",     "dragon",    "shadow",   "freedom",  "whatever", "trustno",  "jesus",    "liverpool",
    "arsenal",  "chelsea",    "manchester", "london",  "england",  "newzealand", "kiwi",   "flower",   "summer",
    "autumn",   "winter",     "spring",    "january",  "february", "march",    "april",    "june",     "july",
    "august",   "september",  "october",   "november", "december", "monday",   "tuesday",  "wednesday", "thursday",
    "friday",   "saturday",   "sunday",    "caseload", "casework", "caseworker", "worker", "manager",  "office",
    "computer", "laptop",     "internet",  "company",  "client",   "probation", "prison",  "social",   "service",
    "correcthorsebatterystaple", "thequickbrownfox", "jumpsoverthelazydog", "tobeornottobe", "onceuponatime"};

constexpr std::string_view rows[] = {"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop",
                                     "azertyuiop", "asdfghjkl", "yxcvbnm", "zxcvbnm"};
constexpr std::size_t run_min = 3;

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

// What guessing programs see: no case, no accents, no separators.
std::string skeleton(std::string_view text) {
  std::string folded = fold_for_search(text);
  std::erase_if(folded, [](char c) { return std::string_view(" -_.,'").find(c) != std::string_view::npos; });
  return folded;
}

void wipe_text(std::string& text) { wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }

std::size_t shared_beginning(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

// How much of the rest runs along the alphabet, the digits or a row of keys, in either direction.
std::size_t run_length(std::string_view rest) {
  std::size_t longest = 0;
  for (const std::string_view row : rows) {
    const std::string backwards(row.rbegin(), row.rend());
    for (const std::string_view line : {row, std::string_view(backwards)}) {
      const std::size_t at = line.find(rest.front());
      if (at != std::string_view::npos) longest = std::max(longest, shared_beginning(rest, line.substr(at)));
    }
  }
  return longest < run_min ? 0 : longest;
}

// How much of the text from `at` was there before.
std::size_t repetition_length(std::string_view text, std::size_t at) {
  std::size_t longest = 0;
  for (std::size_t from = 0; from < at; ++from) {
    longest = std::max(longest, shared_beginning(text.substr(at), text.substr(from)));
  }
  return longest < run_min ? 0 : longest;
}

std::size_t year_length(std::string_view rest) {
  if (!rest.starts_with("19") && !rest.starts_with("20")) return 0;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return rest.size() >= 4 && is_digit(rest[2]) && is_digit(rest[3]) ? 4 : 0;
}

std::size_t word_length(std::string_view rest, std::span<const std::string> names) {
  std::size_t longest = 0;
  for (const std::string_view word : common_words) {
    if (rest.starts_with(word)) longest = std::max(longest, word.size());
  }
  for (const std::string& name : names) {
    if (rest.starts_with(name)) longest = std::max(longest, name.size());
  }
  return longest;
}

std::size_t count_pieces(std::string_view text, std::span<const std::string> names) {
  std::size_t pieces = 0;
  for (std::size_t at = 0; at < text.size(); ++pieces) {
    const std::string_view rest = text.substr(at);
    const std::size_t guessable = std::max({word_length(rest, names), year_length(rest), run_length(rest),
                                            repetition_length(text, at), std::size_t{1}});
    at += guessable;
    while (at < text.size() && !starts_character(text[at])) ++at;
  }
  return pieces;
}

// Each name as a whole and each of its words, as the skeleton has them.
std::vector<std::string> skeletons_of(std::span<const std::string> names) {
  std::vector<std::string> all;
  const auto add = [&](std::string_view name) {
    std::string bare = skeleton(name);
    if (bare.size() >= run_min) all.push_back(std::move(bare));
  };
  for (const std::string& name : names) {
    const Result<std::string> checked = check_line(name, passphrase_bytes_max);
    if (!checked) continue;  // what is no text is no name, and nobody types it
    add(*checked);
    for (std::size_t at = 0; at < checked->size();) {
      const std::size_t end = std::min(checked->find_first_of(" -_.,'@", at), checked->size());
      add(std::string_view(*checked).substr(at, end - at));
      at = end + 1;
    }
  }
  return all;
}

}  // namespace

Result<Passphrase> Passphrase::read(BytesView typed) {
  if (typed.empty()) return Fault(Fault::bad_value, "an empty passphrase");
  Result<std::string> text = check_line(as_text(typed), passphrase_bytes_max);
  if (!text) return text.fault();
  Passphrase passphrase(Secret::copy_of(*text));
  wipe_text(*text);
  return passphrase;
}

Result<void> check_new_passphrase(const Passphrase& passphrase, std::span<const std::string> names) {
  const std::string_view text = as_text(passphrase.bytes().view());
  if (count_characters(text) < passphrase_characters_min) {
    return Fault(Fault::weak_passphrase, "at least " + std::to_string(passphrase_characters_min) + " characters");
  }
  std::string bare = skeleton(text);
  const std::size_t pieces = count_pieces(bare, skeletons_of(names));
  wipe_text(bare);
  if (pieces >= passphrase_pieces_min) return {};
  return Fault(Fault::weak_passphrase, "too much of it is common words, names, years, runs or repetitions");
}

std::string_view passphrase_advice() {
  return "At least 15 characters. Four or five words that have nothing to do with\n"
         "each other, with you or with your work are easy to keep and hard to guess.\n"
         "Capitals, digits and signs are welcome, and not needed. Do not use one that\n"
         "you use elsewhere. Or let the program make five words for you; write them\n"
         "down until you know them, and do not keep the paper with the laptop.";
}

// Letters that sound apart from each other; two syllables a word.
Passphrase generate_passphrase(Random& random) {
  constexpr std::string_view consonants = "bdfghjklmnprstvz";
  constexpr std::string_view vowels = "aeiou";
  constexpr std::size_t words = 5;
  constexpr std::size_t word_size = 4;
  for (;;) {
    Secret made(words * (word_size + 1) - 1);
    for (std::size_t i = 0; i < made.size(); ++i) {
      const std::size_t in_word = i % (word_size + 1);
      const std::string_view letters = in_word == word_size ? "-" : in_word % 2 == 0 ? consonants : vowels;
      made.writable()[i] = static_cast<std::uint8_t>(letters[random.below(letters.size())]);
    }
    Result<Passphrase> passphrase = Passphrase::read(made.view());
    CHECK(passphrase.ok(), "five words are text");
    if (check_new_passphrase(*passphrase, {})) return *std::move(passphrase);  // all but never otherwise
  }
}

}  // namespace caseload::client
