// The agent of the tests: what the device's program does with its word "agent".
#include <unistd.h>

#include "client/keys/agent.h"

int main() { ::_exit(caseload::client::run_agent(0)); }
