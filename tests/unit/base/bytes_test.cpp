#include "common/base/bytes.h"

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("hexadecimal is written in lower case and read in either") {
  const Bytes bytes{0x00, 0x7f, 0xab, 0xff};
  CHECK(to_hex(bytes) == "007fabff");
}
