#pragma once

#include "tests/unit/server/store/samples.h"

// Every implementation of ServerStore, for the tests that are run over all of them; and those that keep it on a disk.
// PostgreSQL's stand in a program of their own, which starts a server once for them all.
#ifdef CASELOAD_TEST_POSTGRES
#include "tests/unit/server/store/in_postgres.h"
#define EVERY_STORE InPostgres
#define EVERY_DATABASE InPostgres
#else
#define EVERY_STORE InMemory, OnDisk
#define EVERY_DATABASE OnDisk
#endif
