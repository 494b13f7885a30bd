#pragma once

namespace caseload::sync {

// StoreTransaction: one transaction on a DeviceStore or an OfficeStore. Whatever leaves its scope without commit() has
// not happened.
//
// Errors   what the store's begin() and commit() throw passes; a rollback after that is the store's own affair.
template <class Store>
class StoreTransaction {
 public:
  explicit StoreTransaction(Store& store) : store_(store) { store_.begin(); }
  ~StoreTransaction() {
    if (open_) store_.rollback();
  }
  StoreTransaction(const StoreTransaction&) = delete;
  StoreTransaction& operator=(const StoreTransaction&) = delete;

  void commit() {
    open_ = false;
    store_.commit();
  }

 private:
  Store& store_;
  bool open_ = true;
};

// StoreBatch: several of them on a DeviceStore, made durable together by commit().
template <class Store>
class StoreBatch {
 public:
  explicit StoreBatch(Store& store) : store_(store) { store_.begin_batch(); }
  ~StoreBatch() {
    if (open_) store_.rollback_batch();
  }
  StoreBatch(const StoreBatch&) = delete;
  StoreBatch& operator=(const StoreBatch&) = delete;

  void commit() {
    open_ = false;
    store_.commit_batch();
  }

 private:
  Store& store_;
  bool open_ = true;
};

}  // namespace caseload::sync
