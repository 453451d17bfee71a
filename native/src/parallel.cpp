#include "parallel.h"

#include <exception>

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

Parallel::Parallel(int threads) {
  for (int i = 1; i < threads; i++) workers_.emplace_back([this] { work(); });
}

Parallel::~Parallel() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread &worker : workers_) worker.join();
}

void Parallel::run(int64_t parts, const std::function<void(int64_t)> &part) {
  if (parts <= 1 || workers_.empty()) {
    for (int64_t i = 0; i < parts; i++) part(i);
    return;
  }
  auto job = std::make_shared<Job>();
  job->part = &part;
  job->parts = parts;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    jobs_.push_back(job);
  }
  wake_.notify_all();
  job->take_parts();
  {
    std::unique_lock<std::mutex> lock(job->mutex);
    job->finished.wait(lock, [&] { return job->done.load() == parts; });
  }
  if (job->failure) std::rethrow_exception(job->failure);
}

void Parallel::work() {
  for (;;) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      job = jobs_.front();
      if (job->next.load() >= job->parts) {
        jobs_.pop_front();
        continue;
      }
    }
    job->take_parts();
  }
}

}  // namespace onelabel
