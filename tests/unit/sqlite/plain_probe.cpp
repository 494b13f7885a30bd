// Linked to a plain SQLite on purpose: the check that every program begins with must refuse here.
#include "common/sqlite/startup.h"

int main() {
  const caseload::Result<void> result = caseload::require_sqlcipher();
  return !result.ok() && result.fault() == caseload::Fault::not_encrypted ? 0 : 1;
}
