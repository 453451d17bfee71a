#include "parallel.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "context.h"
#include "process.h"

namespace onelabel {

struct Parallel::Job {
  const std::function<void(int64_t)> *part;
  int64_t parts;
  std::atomic<int64_t> next{0};
  std::atomic<int64_t> done{0};
  std::mutex mutex;
  std::condition_variable finished;
  std::exception_ptr failure;

  void take_parts() {
    for (int64_t i = next.fetch_add(1); i < parts; i = next.fetch_add(1)) {
      try {
        (*part)(i);
      } catch (...) {
        std::lock_guard<std::mutex> lock(mutex);
        if (!failure) failure = std::current_exception();
      }
      if (done.fetch_add(1) + 1 == parts) {
        std::lock_guard<std::mutex> lock(mutex);
        finished.notify_all();
      }
    }
  }
};

// The threads beside the callers'.
struct Parallel::Pool {
  std::vector<std::thread> workers;
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::shared_ptr<Job>> jobs;
  bool stopping = false;

  explicit Pool(int count) {
    workers.reserve(static_cast<size_t>(count));
    try {
      for (int i = 0; i < count; i++) workers.emplace_back([this] { work(); });
    } catch (const std::system_error &error) {
      // The threads that there are must end before the lock they wait for does.
      stop();
      throw Unavailable{"only " + std::to_string(workers.size() + 1) + " of " +
                        std::to_string(count + 1) +
                        " threads can be had: " + error.code().message()};
    } catch (...) {
      stop();
      throw;
    }
  }

  ~Pool() { stop(); }

  void stop() {
    {
      std::lock_guard<std::mutex> lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    for (std::thread &worker : workers)
      if (worker.joinable()) worker.join();
  }

  void work() {
    for (;;) {
      std::shared_ptr<Job> job;
      {
        std::unique_lock<std::mutex> lock(mutex);
        wake.wait(lock, [this] { return stopping || !jobs.empty(); });
        if (stopping) return;
        job = jobs.front();
        if (job->next.load() >= job->parts) {
          jobs.pop_front();
          continue;
        }
      }
      job->take_parts();
    }
  }
};

Parallel::Parallel(int threads, const Cancellation &cancellation)
    : cancellation_(cancellation), generation_(process_generation()) {
  if (threads == 1) return;
  // A child has neither the threads to join nor a right to their lock, which one may have held.
  pool_ = std::shared_ptr<Pool>(new Pool(threads - 1), [own = generation_](Pool *pool) {
    if (own == process_generation()) delete pool;
  });
}

Parallel::Parallel(const Parallel &other, const Cancellation &cancellation)
    : cancellation_(cancellation), pool_(other.pool_), generation_(other.generation_) {}

bool Parallel::alone() const { return !pool_ || generation_ != process_generation(); }

int Parallel::threads() const { return alone() ? 1 : static_cast<int>(pool_->workers.size()) + 1; }

void Parallel::run(int64_t parts, const std::function<void(int64_t)> &part) {
  std::function<void(int64_t)> unless_cancelled = [&](int64_t i) {
    cancellation_.check();
    part(i);
  };
  if (parts <= 1 || alone()) {
    for (int64_t i = 0; i < parts; i++) unless_cancelled(i);
    return;
  }
  auto job = std::make_shared<Job>();
  job->part = &unless_cancelled;
  job->parts = parts;
  {
    std::lock_guard<std::mutex> lock(pool_->mutex);
    pool_->jobs.push_back(job);
  }
  pool_->wake.notify_all();
  job->take_parts();
  {
    std::unique_lock<std::mutex> lock(job->mutex);
    job->finished.wait(lock, [&] { return job->done.load() == parts; });
  }
  if (job->failure) std::rethrow_exception(job->failure);
}

}  // namespace onelabel
