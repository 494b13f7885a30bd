// Statements with co_await that g++ 12 miscompiles, each marked "caught", beside the ways to write them that it compiles
// well. Read by coroutine_test.cpp, never compiled.

#include <coroutine>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace caseload::house {

// The least thing that can be awaited, so that the lint needs no network library.
template <class T>
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(T) {}
    void unhandled_exception() {}
  };
  bool await_ready() { return true; }
  void await_suspend(std::coroutine_handle<>) {}
  T await_resume() { return T(); }
};

struct Pair {
  std::string first;
  std::string second;
};
struct Named {
  explicit Named(std::string text);
  std::string text;
};

Task<std::string> text();
Task<bool> yes();
Task<int> take(Pair);
Task<int> keep(const Pair&);
Task<int> take_named(Named);
Task<int> call(std::function<int()>);
Task<int> call_number(int);
int both(std::string, Pair);
Pair make_pair_of(std::string);

Task<int> bad_braces(std::string s) {
  co_await take(Pair{s, s});                    // caught
  co_await take({.first = s, .second = s});     // caught
  co_await keep({s, s});                        // caught
  Pair pair{co_await text(), co_await text()};  // caught
  both(co_await text(), Pair{s, s});            // caught
  const int number = both(co_await text(), {s, s}) + 1;  // caught
  co_return number + both(pair.first, Pair{s, co_await text()});  // caught
}

Task<int> bad_lambda(std::shared_ptr<int> shared) {
  co_await call([shared] { return *shared; });                     // caught
  co_await call([moved = std::move(shared)] { return *moved; });   // caught
  co_return co_await [shared]() -> Task<int> { co_return *shared; }();  // caught
}

Task<std::string> bad_choice(std::string s) {
  auto chosen = co_await yes() ? s : std::string("no");  // caught
  chosen = s.empty() ? co_await text() : co_await text();  // caught
  co_await call_number(s.empty() ? 1 : 2);  // caught
  co_return chosen;
}

Task<int> good(std::string s, std::shared_ptr<int> shared) {
  Pair pair{s, s};
  co_await take(std::move(pair));
  const Pair made = make_pair_of(co_await text());
  co_await keep(made);
  co_await take_named(Named(std::string("text")));
  auto later = take(Pair{s, s});
  co_await std::move(later);
  const auto lambda = [shared] { return *shared; };
  co_await call(lambda);
  co_await call([&] { return *shared; });
  int* const raw = shared.get();
  co_await call([raw] { return *raw; });
  const bool chosen = co_await yes();
  const std::string word = chosen ? s : std::string("no");
  if (co_await yes()) co_await call_number(1);
  for (const char c : co_await text()) co_await call_number(c);
  const auto inner = [shared](Pair given) -> Task<int> {
    co_await keep(given);
    co_return *shared;
  };
  inner(Pair{s, s});
  int numbers[2] = {co_await call_number(1), 2};
  co_return numbers[0] + co_await inner(made);
}

}  // namespace caseload::house
