// Work shared between the threads of a context: any number of callers at once, results that do not
// depend on who did which part.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "cancellation.h"

namespace onelabel {

class Parallel {
 public:
  // Throws Unavailable, with nothing left behind, where so many threads cannot be had. Work ends
  // where `cancellation` says so.
  Parallel(int threads, const Cancellation &cancellation);
  // The threads of another one, which stay as long as either.
  Parallel(const Parallel &other, const Cancellation &cancellation);
  Parallel(const Parallel &) = delete;
  Parallel &operator=(const Parallel &) = delete;

  // In a forked child 1: threads do not survive a fork.
  int threads() const;

  // Calls part(i) for every i in 0..parts-1, the caller taking part. An exception of a part is
  // thrown here after the others are done; where work is cancelled no other part is begun.
  void run(int64_t parts, const std::function<void(int64_t)> &part);

  // For parts that take long.
  const Cancellation &cancellation() const { return cancellation_; }

 private:
  struct Job;
  struct Pool;

  bool alone() const;

  const Cancellation &cancellation_;
  std::shared_ptr<Pool> pool_;  // null for one thread
  unsigned generation_;
};

}  // namespace onelabel
