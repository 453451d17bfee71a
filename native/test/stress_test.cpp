// Many calls and many threads:
//   stress_test calls N      N small calls of every kind: resident memory stays flat
//   stress_test threads N    N threads on one context, then each on its own; all find the same
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "onelabel.h"

namespace {

constexpr int64_t kCount = 70, kDimension = 24, kNeighbours = 3;
constexpr int32_t kClasses = 3;

struct Input {
  std::vector<float> rows, prototypes, logits;
  Input()
      : rows(kCount * kDimension),
        prototypes(kClasses * kDimension),
        logits(2 * kClasses * kCount) {
    float x = 0;
    for (std::vector<float> *values : {&rows, &prototypes, &logits})
      for (float &value : *values) value = std::sin(x += 1.7f);
  }
};

struct Found {
  std::vector<float> scores, entropy, distances;
  std::vector<uint8_t> labels;
  std::vector<int64_t> indices;
  double mean = 0;
  Found()
      : scores(kClasses * kCount),
        entropy(kCount),
        distances(kCount * kNeighbours),
        labels(kCount),
        indices(kCount * kNeighbours) {}
  bool operator==(const Found &other) const {
    return scores == other.scores && entropy == other.entropy && distances == other.distances &&
           labels == other.labels && indices == other.indices && mean == other.mean;
  }
};

void require(onelabel_status status) {
  if (status == ONELABEL_OK) return;
  std::fprintf(stderr, "%s\n", onelabel_last_error());
  std::exit(1);
}

onelabel_context *create(int32_t threads) {
  onelabel_context *context = nullptr;
  require(onelabel_context_create(threads, &context));
  return context;
}

void call(onelabel_context *context, const Input &in, Found &found) {
  int64_t invalid[2];
  require(onelabel_prototype_cosine(context, in.rows.data(), ONELABEL_FLOAT32, ONELABEL_ROWS,
                                    kCount, kDimension, kDimension, in.prototypes.data(), kClasses,
                                    found.scores.data(), found.labels.data(), nullptr, invalid));
  require(onelabel_entropy(context, in.logits.data(), ONELABEL_LOGITS, 2, kClasses, kCount, nullptr,
                           found.entropy.data(), nullptr, nullptr, invalid));
  require(onelabel_knn(context, in.rows.data(), kCount, kDimension, in.rows.data(), kCount,
                       kDimension, kDimension, ONELABEL_FLOAT32, ONELABEL_SQUARED_L2, kNeighbours,
                       nullptr, nullptr, found.indices.data(), found.distances.data(),
                       ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, invalid));
  require(onelabel_summary(context, found.entropy.data(), kCount, &found.mean, 0, 0, 0, nullptr, 0,
                           nullptr, nullptr, invalid));
  // A refusal, whose text is this thread's.
  if (onelabel_knn(context, in.rows.data(), kCount, kDimension, in.rows.data(), kCount, kDimension,
                   kDimension, ONELABEL_FLOAT32, ONELABEL_SQUARED_L2, 0, nullptr, nullptr, nullptr,
                   nullptr, ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr,
                   nullptr) != ONELABEL_INVALID_ARGUMENT ||
      !std::strstr(onelabel_last_error(), "k must be")) {
    std::fprintf(stderr, "k 0 was not refused\n");
    std::exit(1);
  }
}

// Pages in memory.
long resident() {
  FILE *file = std::fopen("/proc/self/statm", "r");
  long size = 0, pages = 0;
  if (!file || std::fscanf(file, "%ld %ld", &size, &pages) != 2) pages = 0;
  if (file) std::fclose(file);
  return pages;
}

int calls(long count) {
  onelabel_context *context = create(1);
  Input in;
  Found found;
  for (int i = 0; i < 2000; i++) call(context, in, found);
  long before = resident();
  for (long done = 0; done < count; done += 5) call(context, in, found);
  long grown = resident() - before;
  onelabel_context_destroy(context);
  std::printf("%ld calls, resident memory grew by %ld pages\n", count, grown);
  return grown <= 64 ? 0 : 1;
}

int threads(int count) {
  Input in;
  Found expected;
  onelabel_context *shared = create(2);
  call(shared, in, expected);
  std::atomic<int> wrong{0};
  for (bool own : {false, true}) {
    std::vector<std::thread> all;
    for (int i = 0; i < count; i++)
      all.emplace_back([&, own] {
        onelabel_context *context = own ? create(2) : shared;
        for (int round = 0; round < 20; round++) {
          Found found;
          call(context, in, found);
          wrong += !(found == expected);
        }
        if (own) onelabel_context_destroy(context);
      });
    for (std::thread &thread : all) thread.join();
  }
  onelabel_context_destroy(shared);
  std::printf("%d threads: %d results differ\n", count, wrong.load());
  return wrong ? 1 : 0;
}

}  // namespace

int main(int argc, char **argv) {
  std::string what = argc == 3 ? argv[1] : "";
  if (what == "calls") return calls(std::atol(argv[2]));
  if (what == "threads") return threads(std::atoi(argv[2]));
  std::fprintf(stderr, "stress_test calls|threads N\n");
  return 2;
}
