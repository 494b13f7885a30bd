#pragma once

#include <memory>
#include <string>

#include "sync/device/desk.h"
#include "tests/simulation/composing.h"
#include "tests/simulation/memory_device_store.h"

namespace caseload::sync {

// Whom a device trusts, as its enrolment told it.
struct OfficeIdentity {
  Id log;
  Id device;
  PublicKey key{};
  PublicKey ledger_key{};
  PublicKey recovery_key{};
  const SignatureChecker* checker = nullptr;
};

// Laptop: one worker's device: its store, its clock, its key. What is in the store survives a crash, the rest is set up
// again.
class Laptop {
 public:
  struct Identity {
    std::string name;
    Id worker;
    Id device;
    std::string role;
  };
  Laptop(Identity identity, std::unique_ptr<Signer> key, const OfficeIdentity& office, WallTime now);

  // Keeps what its user does, in one transaction. Gives nothing if the disk was full or the device died: then it never
  // happened. Breakage and Crash pass.
  Change act(const Act& act, Random& random);

  // The same, seen before it is kept: whether this device's mask lets its user do it.
  bool may(const Act& act) const;

  // Enrolled anew under another name and key; what waited is cut again.
  void enrol_anew(const Id& device, std::unique_ptr<Signer> key);

  // A copy of the whole machine: its disk, its key and its clock.
  std::unique_ptr<Laptop> clone(const std::string& name) const;

  Identity identity;
  std::shared_ptr<Signer> key;
  OfficeIdentity office;
  ManualClock clock;
  MemoryDeviceStore store;
  std::vector<MemoryDeviceStore::Contents> backups;  // images of its disk that somebody made
  Standing standing = Standing::active;
  bool wants_enrolment = false;  // it was told that another copy of it is at work
  bool gone = false;             // stolen, or wiped

  DeviceTrust trust() const;

 private:
  Authorship authorship(const Act& act, const Id& id) const;
};

}  // namespace caseload::sync
