#pragma once

#include "tests/unit/server/store/samples.h"

// Every implementation of ServerStore, for the tests that are run over all of them.
#define EVERY_STORE InMemory, OnDisk

// Those that keep it on a disk.
#define EVERY_DATABASE OnDisk
