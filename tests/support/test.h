#pragma once

// Included last in every test: from here on CHECK is the test's. Ours, which stops the program, keeps its meaning in
// the headers read before.
#undef CHECK
#include <doctest/doctest.h>
