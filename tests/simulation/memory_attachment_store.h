#pragma once

#include <algorithm>
#include <map>
#include <set>

#include "common/base/check.h"
#include "sync/session/attachments.h"

namespace caseload::sync {

// MemoryAttachmentStore: contents of documents, in memory. What was appended is there, whatever dies.
class MemoryAttachmentStore : public AttachmentStore {
 public:
  // A content that is here from the beginning, whole.
  void add(const Digest& content, Bytes bytes) {
    held_[content] = std::move(bytes);
    whole_.insert(content);
  }

  bool is_whole(const Digest& content) const override { return whole_.contains(content); }
  std::uint64_t bytes_held(const Digest& content) const override {
    const auto found = held_.find(content);
    return found == held_.end() ? 0 : found->second.size();
  }
  Bytes read(const Digest& content, std::uint64_t offset, std::size_t bytes_max) const override {
    const Bytes& all = held_.at(content);
    CHECK(offset <= all.size(), "a content is read within its bytes");
    const std::size_t size = std::min(bytes_max, all.size() - static_cast<std::size_t>(offset));
    return to_bytes(BytesView(all).subspan(static_cast<std::size_t>(offset), size));
  }
  void append(const Digest& content, BytesView piece) override {
    CHECK(!is_whole(content), "nothing is added to a whole content");
    caseload::append(held_[content], piece);
  }
  void close(const Digest& content) override { whole_.insert(content); }
  void erase(const Digest& content) override {
    held_.erase(content);
    whole_.erase(content);
  }
  std::vector<Digest> held() const override {
    std::vector<Digest> all;
    for (const auto& [content, bytes] : held_) all.push_back(content);
    return all;
  }

 private:
  std::map<Digest, Bytes> held_;
  std::set<Digest> whole_;
};

}  // namespace caseload::sync
