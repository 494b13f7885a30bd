#include "server/service/session_handler.h"
#include "tests/simulation/composing.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;

namespace {

struct Case {
  SeededRandom random{3};
  Id scope = Id::make(1, random);
  Id other = Id::make(2, random);

  Bytes change(KindNumber kind, const Id& in, std::vector<sync::FieldWrite> writes) {
    const sync::Act act{kind, in, {}, std::move(writes)};
    const sync::Authorship by{Id::make(3, random), Id::make(4, random), {}, {}};
    return sync::pack(sync::compose_act(act, by, random));
  }
  Bytes note(const Id& in) { return change(kinds::note, in, {{16, Value::of_text("Called.")}}); }
  Bytes assignment(const Id& in) {
    return change(kinds::assignment, in, {{assignment_facts::worker, Value::of_reference(Id::make(5, random))}});
  }
};

}  // namespace

TEST_CASE("what is in a case concerns those who cover it, and what may move a mask concerns everybody") {
  Case made;
  sync::Push push;
  push.changes = {made.note(made.scope), made.note(made.scope), made.note(made.other)};
  Concern concern = concern_of(push);
  CHECK(!concern.everybody);
  CHECK(concern.scopes == std::vector<Id>{made.scope, made.other});
  push.changes.push_back(made.assignment(made.scope));
  concern = concern_of(push);
  CHECK(concern.everybody);
}

TEST_CASE("what is no change, or brings none, concerns nobody") {
  sync::Push push;
  push.changes = {Bytes{1, 2, 3}, Bytes()};
  CHECK(concern_of(push).scopes.empty());
  CHECK(!concern_of(push).everybody);
  CHECK(concern_of(sync::Hello{}).scopes.empty());
}
