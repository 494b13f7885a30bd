#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "common/base/random.h"

namespace caseload::bench {

// Words as often as in a language: the i-th most common one stands about 1/i as often as the first.
class Language {
 public:
  Language() {
    double sum = 0;
    for (std::size_t i = 0; i < 20'000; ++i) {
      std::string word;
      for (std::uint64_t letters = 2 + random_.below(8); letters > 0; --letters) word += static_cast<char>('a' + random_.below(26));
      words_.push_back(word);
      sums_.push_back(sum += 1.0 / static_cast<double>(i + 3));
    }
  }
  const std::string& word() {
    const double drawn = static_cast<double>(random_.below(1U << 30)) / (1U << 30) * sums_.back();
    return words_[static_cast<std::size_t>(std::ranges::lower_bound(sums_, drawn) - sums_.begin())];
  }
  const std::string& of_rank(std::size_t rank) const { return words_[rank]; }
  std::string text(std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += (text.empty() ? "" : " ") + word();
    return text;
  }
  SeededRandom& random() { return random_; }

 private:
  SeededRandom random_{17};
  std::vector<std::string> words_;
  std::vector<double> sums_;
};

}  // namespace caseload::bench
