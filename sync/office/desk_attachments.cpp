// The contents of documents: which the office asks for, and which a device may have.

#include <algorithm>

#include "sync/office/desk.h"
#include "sync/session/limits.h"

namespace caseload::sync {

// Contents of this worker's documents that never came. The device that has them sends them after COMPLETE.
Answer OfficeDesk::uploads() {
  std::vector<Message> messages;
  wanted_.clear();
  if (attachments_ == nullptr || !gives_content() || (nothing_new_ && !look_->lacks)) return messages;
  const OfficeFacts facts(store_, self_.catalogue, {self_.clock.now(), upto_});
  const Id worker = device().worker;
  for (const auto& [scope, entry] : covered()) {
    for (const Id& id : store_.records_of(scope, kinds::document)) {
      const std::optional<RecordFacts> record = facts.record(id);
      if (!record || record->author != worker || wanted_.size() >= attachments_wanted_max) continue;
      const std::optional<ContentName> content = content_of(facts.state(id), self_.catalogue);
      if (!content || attachments_->is_whole(content->digest)) continue;
      if (std::ranges::find(wanted_, content->digest) != wanted_.end()) continue;  // of another document, too
      wanted_.push_back(content->digest);
      messages.push_back(WantAttachment{content->digest, attachments_->bytes_held(content->digest)});
    }
  }
  return messages;
}

// Whether some document that the device may read names this content.
bool OfficeDesk::may_have(const Digest& content) {
  const OfficeFacts facts(store_, self_.catalogue, {self_.clock.now(), upto_});
  const Id worker = device().worker;
  for (const auto& [scope, entry] : covered()) {
    for (const Id& id : store_.records_of(scope, kinds::document)) {
      const std::optional<RecordFacts> record = facts.record(id);
      if (!record) continue;
      const FieldEntry* field = self_.catalogue.find_kind(kinds::document)->find_field(document_content::digest);
      const std::vector<SectionNumber> seen = visible_sections(entry.mask, *record, worker, self_.catalogue);
      if (!std::ranges::binary_search(seen, field->section)) continue;
      const std::optional<ContentName> named = content_of(facts.state(id), self_.catalogue);
      if (named && named->digest == content) return true;
    }
  }
  return false;
}

// What it may not have and what is not here are answered alike.
Result<void> OfficeDesk::take(const WantAttachment& want) {
  if (attachments_ == nullptr) return Fault::unexpected_message;
  answer_ = AttachmentChunk{want.content, want.offset, 0, {}};
  if (gives_content() && may_have(want.content)) answer_ = piece_of(*attachments_, want);
  return {};
}

Result<void> OfficeDesk::take(const AttachmentChunk& piece) {
  if (std::ranges::find(wanted_, piece.content) == wanted_.end()) return Fault::unexpected_message;
  return take_piece(*attachments_, piece);
}

}  // namespace caseload::sync
