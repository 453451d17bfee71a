// Whether calls shall end before they are done.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace onelabel {

// What ends a call that is cancelled.
struct Cancelled {};

class Cancellation {
 public:
  // From any thread.
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }

  // Throws Cancelled once cancel() was called: whoever works for long asks
  // every few milliseconds.
  void check() const {
    if (cancelled_.load(std::memory_order_relaxed)) throw Cancelled{};
  }

 private:
  std::atomic<bool> cancelled_{false};
};

// Calls body(i) for every i in 0..count-1, which are quickly done, and asks
// from time to time.
template <typename Body>
void for_each(int64_t count, const Cancellation &cancellation, Body body) {
  constexpr int64_t kTogether = int64_t{1} << 18;
  for (int64_t first = 0; first < count; first += kTogether) {
    cancellation.check();
    for (int64_t i = first; i < std::min(count, first + kTogether); i++) body(i);
  }
}

}  // namespace onelabel
