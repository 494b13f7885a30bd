#include "sync/ledger/statements.h"

#include <functional>

#include "sync/ledger/acceptance.h"
#include "sync/ledger/audit.h"
#include "sync/ledger/receipt.h"
#include "tests/unit/sync/statement_law.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

// Each row makes a sound body unsound.
template <class Body>
void refuse_each(const Samples& samples, const Body& sound, const std::vector<std::function<void(Body&)>>& rows) {
  CAPTURE(Body::label);
  CHECK(sound.check().ok());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    Body body = sound;
    rows[i](body);
    CHECK(body.check().fault() == Fault::bad_value);
    CHECK(decode<Body>(encode(body)).fault() == Fault::bad_value);
    CHECK(verify(Signed<Body>{body, samples.ledger.sign(labelled(body))}, samples.from(samples.ledger)).fault() ==
          Fault::bad_value);
  }
}

}  // namespace

TEST_CASE("a statement holds for the ledger, signer and label that it was made for, and for no other") {
  const Samples samples;
  hold_to_its_promises(samples, samples.head(), samples.ledger);
  hold_to_its_promises(samples, samples.restore(), samples.recovery);
  hold_to_its_promises(samples, samples.completeness(), samples.ledger);
  hold_to_its_promises(samples, samples.receipt(), samples.ledger);
  hold_to_its_promises(samples, samples.purge_receipt(), samples.device_key);
}

TEST_CASE("a statement of one kind never passes for one of another kind") {
  // A restore and a tree head have the same fields: only their labels keep a key that signs both from being misread.
  const Samples samples;
  const TreeHead head = samples.head();
  const Restore restore{head.log, head.restore_epoch, head.tree, head.at};
  CHECK(encode(head) == encode(restore));
  const Signed<TreeHead> as_head{head, sign(restore, samples.ledger).signature};
  CHECK(verify(as_head, samples.from(samples.ledger)).fault() == Fault::bad_signature);

  const std::string_view labels[] = {TreeHead::label,     Restore::label,    Completeness::label, PurgeReceipt::label,
                                     Receipt::label,      Acceptance::label, AuditSegment::label};
  for (const std::string_view a : labels) {
    CHECK(a.starts_with("caseload/"));
    CHECK(a.ends_with("/1"));
    for (const std::string_view b : labels) CHECK((a.data() == b.data() || !a.starts_with(b)));
  }
}

TEST_CASE("statements that can never be true are not read") {
  const Samples samples;
  refuse_each<TreeHead>(samples, samples.head(), {
      [](TreeHead& head) { head.log = {}; },
      [](TreeHead& head) { head.tree.size = 0; },
      [](TreeHead& head) { head.tree.size = position_max + 1; },
  });
  refuse_each<Restore>(samples, samples.restore(), {
      [](Restore& restore) { restore.log = {}; },
      [](Restore& restore) { restore.restore_epoch = 0; },
      [](Restore& restore) { restore.kept.size = 0; },
      [](Restore& restore) { restore.kept.size = ~std::uint64_t{0}; },
  });
  refuse_each<Completeness>(samples, samples.completeness(), {
      [](Completeness& completeness) { completeness.log = {}; },
      [](Completeness& completeness) { completeness.device = {}; },
      [](Completeness& completeness) { completeness.cursor = position_max + 1; },
      [](Completeness& completeness) { completeness.since = completeness.cursor + 1; },
  });
  refuse_each<PurgeReceipt>(samples, samples.purge_receipt(), {
      [](PurgeReceipt& receipt) { receipt.log = {}; },
      [](PurgeReceipt& receipt) { receipt.device = {}; },
      [](PurgeReceipt& receipt) { receipt.scope = {}; },
      [](PurgeReceipt& receipt) { receipt.number = 0; },
      [](PurgeReceipt& receipt) { receipt.cursor = ~std::uint64_t{0}; },
  });
  TreeHead empty = samples.head();
  empty.tree = {0, merkle_root({})};
  CHECK(decode<TreeHead>(encode(empty)).ok());
}

TEST_CASE("a receipt judges every change of its segment, and none twice") {
  const Samples samples;
  refuse_each<Receipt>(samples, samples.receipt(), {
      [](Receipt& receipt) { receipt.log = {}; },
      [](Receipt& receipt) { receipt.segment.device = {}; },
      [](Receipt& receipt) { receipt.segment.number = 0; },
      [](Receipt& receipt) { receipt.segment.count = 0; },
      [](Receipt& receipt) { receipt.segment.count = 9; },                   // 9 is judged and not there
      [](Receipt& receipt) { receipt.segment.count = 11; },                  // 10 is there and not judged
      [](Receipt& receipt) { receipt.segment.count = 257; },
      [](Receipt& receipt) { receipt.segment.count = ~std::uint32_t{0}; },
      [](Receipt& receipt) { receipt.late.add(4); },                         // accepted and late
      [](Receipt& receipt) { receipt.accepted.add(7); },                     // accepted and known
      [](Receipt& receipt) { receipt.late.add(10); },
      [](Receipt& receipt) { receipt.late.add(255); },
      [](Receipt& receipt) { receipt.late = {}; },
      [](Receipt& receipt) { receipt.known.pop_back(); },
      [](Receipt& receipt) { std::swap(receipt.known[0], receipt.known[1]); },
      [](Receipt& receipt) { receipt.known.push_back(receipt.known[1]); },
      [](Receipt& receipt) { receipt.known[1].index = 7; },
      [](Receipt& receipt) { receipt.known[1].index = 4; },
      [](Receipt& receipt) { receipt.known[1].index = ~std::uint32_t{0}; },
      [](Receipt& receipt) { receipt.known[1].index = 9; },                  // known and accepted, and 8 is forgotten
      [](Receipt& receipt) { receipt.known[0].position = 0; },
      [](Receipt& receipt) { receipt.known[0].position = position_max + 1; },
      [](Receipt& receipt) { receipt.first_position = 0; },
      [](Receipt& receipt) { receipt.first_position = position_max; },
      [](Receipt& receipt) { receipt.head_size = 0; },
      [](Receipt& receipt) { receipt.head_size = position_max + 1; },
  });

  Receipt all_late = samples.receipt();
  all_late.accepted = {};
  all_late.known = {};
  all_late.late = ChangeBits::first(10);
  all_late.first_position = 0;
  all_late.accepted_at = {};
  refuse_each<Receipt>(samples, all_late, {
      [](Receipt& receipt) { receipt.first_position = 5; },
      [](Receipt& receipt) { receipt.accepted_at = from_milliseconds(1); },
  });
  CHECK_FALSE(all_late.acceptance().has_value());
}

TEST_CASE("a receipt says of each change how it was judged and where it stands") {
  const Receipt receipt = Samples().receipt();
  struct Row {
    std::size_t index;
    Receipt::Judgement judgement;
    std::optional<std::uint64_t> position;
  };
  for (const Row& row : {Row{0, Receipt::Judgement::accepted, 1001}, Row{4, Receipt::Judgement::accepted, 1005},
                         Row{5, Receipt::Judgement::late, {}}, Row{6, Receipt::Judgement::late, {}},
                         Row{7, Receipt::Judgement::known, 77}, Row{8, Receipt::Judgement::known, 12},
                         Row{9, Receipt::Judgement::accepted, 1006}}) {
    CAPTURE(row.index);
    CHECK(receipt.judgement_of(row.index) == row.judgement);
    CHECK(receipt.position_of(row.index) == row.position);
  }
  const Acceptance acceptance = *receipt.acceptance();
  CHECK(acceptance.segment == receipt.segment.digest);
  CHECK(acceptance.check().ok());
  for (std::size_t i = 0; i < 10; ++i) {
    if (receipt.accepted.has(i)) CHECK(acceptance.position_of(i) == receipt.position_of(i));
  }
}
