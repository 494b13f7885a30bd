#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "common/base/bytes.h"

// What the laws share: how one is tried, and the things that are tried. Included before tests/support/test.h.
namespace caseload {

// Whether the law holds, for as many cases as RC_PARAMS says, or a hundred. What breaks it is made as small as it gets,
// and printed with the seed: RC_PARAMS="reproduce=…" in the environment tries that case again, seed=… all of a run.
template <class Law>
bool holds(const std::string& name, Law law) {
  return rc::check(name, law);
}

// Well-formed UTF-8 of anything that Unicode can say, with a liking for what is hard: marks, controls, ligatures, Greek
// sigma, Hangul, letters with several forms.
inline rc::Gen<std::string> any_text() {
  const auto hard = rc::gen::elementOf(std::vector<std::uint32_t>{
      0x00,   0x09,   0x0a,   0x7f,   0xdf,   0xe9,   0x130,  0x131,  0x1c4,   0x300,   0x301,   0x323,
      0x345,  0x3a3,  0x3c2,  0x3d4,  0x5d0,  0x958,  0x1100, 0x1161, 0x11a8,  0x1e9e,  0x200d,  0x2028,
      0x202e, 0x2066, 0x212b, 0xac00, 0xfb01, 0xfdfa, 0xfeff, 0xffff, 0x1d15e, 0x1f468, 0x10ffff});
  const auto character =
      rc::gen::oneOf(hard, rc::gen::inRange<std::uint32_t>(0x20, 0x7f), rc::gen::inRange<std::uint32_t>(0x80, 0xd800),
                     rc::gen::inRange<std::uint32_t>(0xe000, 0x110000));
  return rc::gen::map(rc::gen::container<std::vector<std::uint32_t>>(character),
                      [](const std::vector<std::uint32_t>& points) {
                        std::string text;
                        for (const std::uint32_t point : points) {
                          const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
                          if (point < 0x80) {
                            add(point);
                            continue;
                          }
                          const unsigned more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
                          constexpr std::uint32_t leads[] = {0, 0xc0, 0xe0, 0xf0};
                          add(leads[more] | point >> (6 * more));
                          for (unsigned left = more; left > 0; --left) add(0x80 | (point >> (6 * (left - 1)) & 0x3f));
                        }
                        return text;
                      });
}

}  // namespace caseload
