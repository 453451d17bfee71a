// Device memory, events, mixtures of host and device arrays, and refusals.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "onelabel_cuda.h"
#include "rows.h"

namespace {

int failures = 0;

void check(bool ok, const std::string &what) {
  if (!ok) failures++;
  std::printf("%s: %s\n", ok ? "ok" : "FAILED", what.c_str());
}

bool ok(onelabel_status status) {
  if (status != ONELABEL_OK) std::printf("%s\n", onelabel_last_error());
  return status == ONELABEL_OK;
}

// An array on the device.
template <typename Value>
class Memory {
 public:
  Memory(onelabel_context *context, size_t count) : context_(context), count_(count) {
    void *memory = nullptr;
    check(ok(onelabel_device_allocate(context, bytes(), &memory)), "memory is allocated");
    values_ = static_cast<Value *>(memory);
  }
  Memory(onelabel_context *context, const std::vector<Value> &from) : Memory(context, from.size()) {
    check(ok(onelabel_device_copy(context, values_, from.data(), bytes())), "copied to the device");
  }
  ~Memory() { onelabel_device_free(context_, values_); }
  Memory(const Memory &) = delete;
  Memory &operator=(const Memory &) = delete;
  Value *get() const { return values_; }
  std::vector<Value> read() const {
    std::vector<Value> to(count_);
    check(ok(onelabel_device_copy(context_, to.data(), values_, bytes())), "and back");
    return to;
  }

 private:
  int64_t bytes() const { return static_cast<int64_t>(count_ * sizeof(Value)); }
  onelabel_context *context_;
  size_t count_;
  Value *values_;
};

std::mt19937 random_bits(5);

std::vector<float> normal(size_t count) {
  std::normal_distribution<float> distribution;
  std::vector<float> values(count);
  for (float &value : values) value = distribution(random_bits);
  return values;
}

template <typename Value>
bool same(const std::vector<Value> &a, const std::vector<Value> &b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Value)) == 0;
}

void kernels_on_device_memory(onelabel_context *context) {
  constexpr int64_t kVoxels = 333, kDimension = 40, kQueries = 70, kRows = 500;
  constexpr int32_t kClasses = 3, kNeighbours = 7;
  std::vector<float> features = normal(kVoxels * kDimension);
  std::vector<float> prototypes = normal(kClasses * kDimension);
  std::vector<float> scores(kClasses * kVoxels);
  std::vector<uint8_t> labels(kVoxels);
  check(ok(onelabel_prototype_cosine(context, features.data(), ONELABEL_FLOAT32, ONELABEL_CHANNELS,
                                     kVoxels, kDimension, kVoxels, prototypes.data(), kClasses,
                                     scores.data(), labels.data(), nullptr, nullptr)),
        "cosine of host arrays");
  Memory<float> d_features(context, features), d_prototypes(context, prototypes);
  Memory<float> d_scores(context, scores.size());
  Memory<uint8_t> d_labels(context, labels.size());
  onelabel_event *before, *after;
  check(ok(onelabel_event_record(context, &before)), "an event is recorded");
  check(ok(onelabel_prototype_cosine(context, d_features.get(), ONELABEL_FLOAT32, ONELABEL_CHANNELS,
                                     kVoxels, kDimension, kVoxels, d_prototypes.get(), kClasses,
                                     d_scores.get(), d_labels.get(), nullptr, nullptr)),
        "cosine of device arrays");
  check(ok(onelabel_event_record(context, &after)), "another event is recorded");
  double seconds = -1;
  check(ok(onelabel_event_seconds(before, after, &seconds)) && seconds >= 0, "they tell the time");
  check(ok(onelabel_event_wait(context, before)) && ok(onelabel_event_synchronise(after)) &&
            ok(onelabel_synchronise(context)),
        "and can be waited for");
  onelabel_event_destroy(before);
  onelabel_event_destroy(after);
  std::vector<float> close = d_scores.read();
  bool near = true;
  for (size_t i = 0; i < close.size(); i++) near &= std::fabs(close[i] - scores[i]) < 1e-6f;
  check(near && same(d_labels.read(), labels), "the cosines are those of host arrays");
  std::vector<float> mixed(scores.size());
  check(ok(onelabel_prototype_cosine(context, features.data(), ONELABEL_FLOAT32, ONELABEL_CHANNELS,
                                     kVoxels, kDimension, kVoxels, prototypes.data(), kClasses,
                                     mixed.data(), d_labels.get(), nullptr, nullptr)) &&
            same(mixed, scores) && same(d_labels.read(), labels),
        "features and scores on the host, labels on the device");

  std::vector<float> logits = normal(4 * kClasses * kVoxels), entropy(kVoxels);
  check(ok(onelabel_entropy(context, logits.data(), ONELABEL_LOGITS, 4, kClasses, kVoxels, nullptr,
                            entropy.data(), nullptr, nullptr, nullptr)),
        "entropy of host arrays");
  Memory<float> d_logits(context, logits), d_entropy(context, entropy.size());
  check(ok(onelabel_entropy(context, d_logits.get(), ONELABEL_LOGITS, 4, kClasses, kVoxels, nullptr,
                            d_entropy.get(), nullptr, nullptr, nullptr)) &&
            same(d_entropy.read(), entropy),
        "entropy of device arrays is the same");
  double mean_host = 0, mean_device = 1;
  check(ok(onelabel_summary(context, entropy.data(), kVoxels, &mean_host, 0, 0, 0, nullptr, 0,
                            nullptr, nullptr, nullptr)) &&
            ok(onelabel_summary(context, d_entropy.get(), kVoxels, &mean_device, 0, 0, 0, nullptr,
                                0, nullptr, nullptr, nullptr)) &&
            mean_host == mean_device,
        "so is its mean");

  std::vector<float> queries = normal(kQueries * kDimension), rows = normal(kRows * kDimension);
  std::vector<int64_t> indices(kQueries * kNeighbours);
  auto search = [&](const float *q, const float *m, int64_t *to) {
    return ok(onelabel_knn(context, q, kQueries, kDimension, m, kRows, kDimension, kDimension,
                           ONELABEL_FLOAT32, ONELABEL_COSINE, kNeighbours, nullptr, nullptr, to,
                           nullptr, ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr));
  };
  check(search(queries.data(), rows.data(), indices.data()), "neighbours of host arrays");
  Memory<float> d_queries(context, queries), d_rows(context, rows);
  Memory<int64_t> d_indices(context, indices.size());
  check(search(d_queries.get(), d_rows.get(), d_indices.get()) && same(d_indices.read(), indices),
        "neighbours of device arrays are the same");
  std::vector<int64_t> again(indices.size());
  check(search(queries.data(), d_rows.get(), again.data()) && same(again, indices),
        "so are those of a mixture");
}

// Whatever the filter drops, the answer is the beginning of the list of all rows: spread rows,
// clusters, many equal ones, all equal, far from the origin, of all lengths, rounded at worst.
void nothing_is_lost(onelabel_context *context, int64_t rows) {
  constexpr int64_t kQueries = 40;
  constexpr int32_t kFew = 5;
  for (int kind = 0; kind < kKindsOfRows; kind++)
    for (int64_t dimension : {int64_t{18}, int64_t{hard_to_filter(kind) ? 256 : 200}}) {
      HardRows all = hard_rows(random_bits, kind, kQueries, rows, dimension);
      for (int32_t metric : {ONELABEL_COSINE, ONELABEL_INNER_PRODUCT, ONELABEL_SQUARED_L2}) {
        auto search = [&](int32_t k, std::vector<int64_t> &indices, std::vector<float> &scores) {
          indices.resize(static_cast<size_t>(kQueries * k));
          scores.resize(indices.size());
          return ok(onelabel_knn(context, all.queries.data(), kQueries, dimension,
                                 all.database.data(), rows, dimension, dimension, ONELABEL_FLOAT32,
                                 metric, k, nullptr, nullptr, indices.data(), scores.data(),
                                 ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr));
        };
        std::vector<int64_t> few, every;
        std::vector<float> few_scores, every_scores;
        bool equal = search(kFew, few, few_scores) &&
                     search(static_cast<int32_t>(rows), every, every_scores);
        for (int64_t q = 0; q < kQueries && equal; q++)
          for (int64_t i = 0; i < kFew; i++)
            equal = equal && few[size_t(q * kFew + i)] == every[size_t(q * rows + i)] &&
                    few_scores[size_t(q * kFew + i)] == every_scores[size_t(q * rows + i)];
        check(equal, "kind " + std::to_string(kind) + ", metric " + std::to_string(metric) + ", " +
                         std::to_string(dimension) + " values: nothing is lost, to the bit");
      }
    }
}

void refusals() {
  onelabel_context *context = nullptr;
  for (const char *device : {"77", "-1", "0,0", "x", "0,"}) {
    check(onelabel_context_create_for(0, device, &context) == ONELABEL_UNAVAILABLE && !context,
          std::string("device ") + device + " is not available");
    check(std::string(onelabel_last_error()).find(device) != std::string::npos, "and it is named");
  }
#if defined(ONELABEL_CUDA_EMULATION)
  setenv("ONELABEL_EMULATED_DEVICES", "0", 1);
  check(onelabel_context_create(0, &context) == ONELABEL_UNAVAILABLE &&
            std::string(onelabel_last_error()) == "there is no CUDA device",
        "no device at all is said plainly");
  setenv("ONELABEL_EMULATED_ARCHITECTURE", "75", 1);
  setenv("ONELABEL_EMULATED_DEVICES", "1", 1);
  check(onelabel_context_create(0, &context) == ONELABEL_UNAVAILABLE &&
            std::string(onelabel_last_error()).find("too old") != std::string::npos,
        "a card that is too old is said to be");
#endif
  check(onelabel_device_allocate(nullptr, 1, nullptr) == ONELABEL_INVALID_ARGUMENT,
        "no context, no memory");
}

}  // namespace

// The argument: database rows among which nothing may be lost, by default 1000.
int main(int count, char **arguments) {
  int64_t rows = count > 1 ? std::atol(arguments[1]) : 1000;
  onelabel_context *context = nullptr;
  if (!ok(onelabel_context_create(0, &context))) return 1;
  std::printf("%s, %s\n", onelabel_device_name(context), onelabel_isa(context));
  kernels_on_device_memory(context);
  nothing_is_lost(context, rows);
  onelabel_context_destroy(context);
  refusals();
  return failures ? 1 : 0;
}
