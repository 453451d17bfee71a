// Work shared between the threads of a context: any number of callers at once, results that do not
// depend on who did which part.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace onelabel {

class Parallel {
 public:
  explicit Parallel(int threads);
  ~Parallel();
  Parallel(const Parallel &) = delete;
  Parallel &operator=(const Parallel &) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls part(i) for every i in 0..parts-1, the caller taking part. An exception of a part is
  // thrown here after the others are done.
  void run(int64_t parts, const std::function<void(int64_t)> &part);

 private:
  struct Job;
  void work();

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Job>> jobs_;
  bool stopping_ = false;
};

}  // namespace onelabel
