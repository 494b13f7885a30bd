#pragma once

#include "common/base/bytes.h"
#include "common/codec/codec.h"

namespace caseload::sync {

// The other side has this content: send it from there on.
struct WantAttachment {
  Digest content{};
  std::uint64_t offset = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(content, offset);
  }
};

// A stretch of an attachment, whose digest says whether the whole is right.
struct AttachmentChunk {
  Digest content{};
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  // of the whole; 0: this side does not have it, or may not give it
  Bytes bytes;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(content, offset, size, bytes);
  }
};

// The device has all it came for: the session ends, or stays open for a WAKE.
struct Parting {
  bool watch = false;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(watch);
  }
};

// Something was accepted that the device may see: the same steps again.
struct Wake {
  template <class Archive>
  void serialize(Archive&) {}
};

// This side cannot go on.
struct Refused {
  std::uint16_t fault = 0;  // its number; the session ends
  template <class Archive>
  void serialize(Archive& archive) {
    archive(fault);
  }
};

}  // namespace caseload::sync
