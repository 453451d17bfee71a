// Calls that another thread ends, on every instruction set (every device) there is; what shares
// their threads goes on.
//   cancel_test [ROUNDS]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "isas.h"
#include "onelabel.h"

namespace {

std::atomic<int> checks{0}, failures{0};

void check(bool ok, const std::string &what) {
  checks++;
  if (!ok && failures++ < 20) std::fprintf(stderr, "FAILED: %s\n", what.c_str());
}

onelabel_context *share(onelabel_context *context) {
  onelabel_context *shared = nullptr;
  check(onelabel_context_share(context, &shared) == ONELABEL_OK, onelabel_last_error());
  return shared;
}

std::vector<int8_t> numbers(int64_t count) {
  std::mt19937 random(7);
  std::vector<int8_t> values(static_cast<size_t>(count));
  for (int8_t &value : values) value = static_cast<int8_t>(random() % 256 - 128);
  return values;
}

onelabel_status knn(onelabel_context *context, const std::vector<int8_t> &rows, int64_t queries,
                    int64_t count, int64_t dimension, int32_t metric, int64_t *indices) {
  return onelabel_knn(context, rows.data(), queries, dimension, rows.data(), count, dimension,
                      dimension, ONELABEL_INT8, metric, 1, nullptr, nullptr, indices, nullptr,
                      ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr);
}

// Every function of a context that is cancelled before it begins.
void before_it_begins(onelabel_context *context) {
  onelabel_context *shared = share(context);
  check(onelabel_isa(shared) == std::string(onelabel_isa(context)), "a shared context's set");
  check(onelabel_threads(shared) == onelabel_threads(context), "a shared context's threads");
  std::vector<int8_t> rows = numbers(40);
  int64_t indices[10], starts[11];
  check(knn(shared, rows, 10, 10, 4, ONELABEL_COSINE, indices) == ONELABEL_OK, "a call before");
  onelabel_context_cancel(shared);
  onelabel_context_cancel(shared);
  float in[8] = {}, out[8];
  double bound;
  uint8_t labels[8];
  const std::function<onelabel_status()> calls[] = {
      [&] { return knn(shared, rows, 10, 10, 4, ONELABEL_COSINE, indices); },
      [&] {
        return onelabel_range_search(shared, rows.data(), 10, 4, rows.data(), 10, 4, 4,
                                     ONELABEL_INT8, ONELABEL_COSINE, 0, nullptr, nullptr, starts, 0,
                                     nullptr, nullptr, nullptr);
      },
      [&] {
        return onelabel_prototype_cosine(shared, in, ONELABEL_FLOAT32, ONELABEL_ROWS, 4, 2, 2, in,
                                         2, out, nullptr, nullptr, nullptr);
      },
      [&] {
        return onelabel_entropy(shared, in, ONELABEL_LOGITS, 1, 2, 4, nullptr, out, nullptr,
                                nullptr, nullptr);
      },
      [&] {
        return onelabel_upsample_argmax(shared, in, 2, 2, 1, 1, 4, 1, 1, ONELABEL_NEAREST, labels,
                                        nullptr);
      },
      [&] {
        return onelabel_summary(shared, in, 8, &bound, 0, 0, 0, nullptr, 0, nullptr, nullptr,
                                nullptr);
      },
      [&] { return onelabel_measure_bounds(shared, &bound, nullptr, nullptr); }};
  int number = 0;
  for (const auto &call : calls) {
    check(call() == ONELABEL_CANCELLED, "call " + std::to_string(number) + " of a cancelled one");
    check(std::string(onelabel_last_error()).find("cancelled") != std::string::npos,
          "call " + std::to_string(number++) + " says so");
  }
  onelabel_context *again = share(shared);
  check(knn(again, rows, 10, 10, 4, ONELABEL_COSINE, indices) == ONELABEL_OK,
        "what a cancelled context shares is not cancelled");
  onelabel_context_destroy(again);
  check(knn(context, rows, 10, 10, 4, ONELABEL_COSINE, indices) == ONELABEL_OK,
        "the context that it shares goes on");
  onelabel_context_destroy(shared);
}

// Calls that would take hours end.
void while_it_runs(onelabel_context *context) {
  constexpr int64_t kRows = 1 << 21, kDimension = 16;
  std::vector<int8_t> rows = numbers(kRows * kDimension);
  std::vector<int64_t> starts(kRows + 1);
  struct Call {
    const char *name;
    std::function<onelabel_status(onelabel_context *)> run;
    int milliseconds;
  };
  auto search = [&](int32_t metric, int64_t queries) {
    return [&, metric, queries](onelabel_context *on) {
      return knn(on, rows, queries, kRows, kDimension, metric, nullptr);
    };
  };
  auto range = [&](int32_t metric) {
    return [&, metric](onelabel_context *on) {
      return onelabel_range_search(on, rows.data(), kRows, kDimension, rows.data(), kRows,
                                   kDimension, kDimension, ONELABEL_INT8, metric, 1e3f, nullptr,
                                   nullptr, starts.data(), 0, nullptr, nullptr, nullptr);
    };
  };
  const Call calls[] = {{"knn, scan", search(ONELABEL_INNER_PRODUCT, kRows), 50},
                        {"knn, making leaves", search(ONELABEL_SQUARED_L2, kRows), 50},
                        {"knn, leaves", search(ONELABEL_SQUARED_L2, kRows), 6000},
                        {"range, scan", range(ONELABEL_INNER_PRODUCT), 50}};
  for (const Call &call : calls) {
    onelabel_context *shared = share(context);
    std::atomic<bool> begun{false};
    std::chrono::steady_clock::time_point end;
    std::thread caller([&] {
      begun = true;
      check(call.run(shared) == ONELABEL_CANCELLED, std::string(call.name) + " is ended");
      end = std::chrono::steady_clock::now();
    });
    while (!begun) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(call.milliseconds));
    auto from = std::chrono::steady_clock::now();
    onelabel_context_cancel(shared);
    caller.join();
    std::printf("%s, %s: ended after %.1f ms\n", onelabel_isa(context), call.name,
                std::chrono::duration<double, std::milli>(end - from).count());
    onelabel_context_destroy(shared);
  }
}

// Threads that share one context's, some of whose calls are ended: the others find what they
// should.
void stress(onelabel_context *context, int rounds) {
  constexpr int64_t kRows = 3000, kDimension = 20;
  constexpr int kThreads = 16;
  std::vector<int8_t> rows = numbers(kRows * kDimension);
  std::vector<int64_t> expected(kRows);
  check(knn(context, rows, kRows, kRows, kDimension, ONELABEL_SQUARED_L2, expected.data()) ==
            ONELABEL_OK,
        onelabel_last_error());
  std::atomic<int> ended{0}, whole{0};
  std::vector<std::thread> all;
  for (int t = 0; t < kThreads; t++)
    all.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      std::vector<int64_t> found(kRows);
      for (int round = 0; round < rounds; round++) {
        onelabel_context *shared = share(context);
        unsigned microseconds = random() % 20000;
        bool let_be = random() % 4 == 0;
        std::thread other([=] {
          std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
          if (!let_be) onelabel_context_cancel(shared);
        });
        onelabel_status status =
            knn(shared, rows, kRows, kRows, kDimension, ONELABEL_SQUARED_L2, found.data());
        other.join();
        check(status == ONELABEL_OK || (status == ONELABEL_CANCELLED && !let_be),
              "a call is whole or ended");
        check(status != ONELABEL_OK || found == expected, "a call beside those that are ended");
        (status == ONELABEL_OK ? whole : ended)++;
        onelabel_context_destroy(shared);
      }
    });
  for (std::thread &thread : all) thread.join();
  std::printf("%s: %d calls ended, %d whole\n", onelabel_isa(context), ended.load(), whole.load());
}

}  // namespace

int main(int argc, char **argv) {
  int rounds = argc > 1 ? std::atoi(argv[1]) : 10;
  for (const std::string &isa : tested_isas()) {
    bool slow = is_device(isa);
    onelabel_context *context = nullptr;
    if (onelabel_context_create_for(3, isa.c_str(), &context) != ONELABEL_OK) {
      std::fprintf(stderr, "%s\n", onelabel_last_error());
      return 1;
    }
    before_it_begins(context);
    if (!slow) {
      while_it_runs(context);
      stress(context, rounds);
    }
    // The threads stay as long as a context that shares them.
    onelabel_context *last = share(context);
    onelabel_context_destroy(context);
    before_it_begins(last);
    onelabel_context_destroy(last);
  }
  check(onelabel_context_share(nullptr, nullptr) == ONELABEL_INVALID_ARGUMENT, "no context");
  onelabel_context_cancel(nullptr);
  std::printf("%d checks, %d failed\n", checks.load(), failures.load());
  return failures ? 1 : 0;
}
