// Times the kernels on device memory, against what the device does at best, and beside nothing
// else; peers are tools/gpu-peers.py's.
//
//   gpu_bench [--small] [--json FILE]
//
// Inputs are rotated so that together they are larger than twice the second-level cache; medians of
// event times.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "onelabel_cuda.h"

namespace {

constexpr int64_t kRotated = 160 << 20;  // bytes
constexpr int kRuns = 30;

onelabel_context *context;
double float_bound, half_bound, copy_bound;
std::vector<std::string> lines;

void check(onelabel_status status) {
  if (status == ONELABEL_OK) return;
  std::fprintf(stderr, "gpu_bench: %s\n", onelabel_last_error());
  std::exit(status == ONELABEL_UNAVAILABLE ? 2 : 1);
}

class Memory {
 public:
  explicit Memory(int64_t bytes) { check(onelabel_device_allocate(context, bytes, &memory_)); }
  ~Memory() { onelabel_device_free(context, memory_); }
  Memory(Memory &&other) noexcept : memory_(other.memory_) { other.memory_ = nullptr; }
  Memory &operator=(Memory &&) = delete;
  float *floats() const { return static_cast<float *>(memory_); }
  template <typename Value>
  Value *as() const {
    return static_cast<Value *>(memory_);
  }

 private:
  void *memory_ = nullptr;
};

// Normal numbers on the device; never zeros, on which hardware can be faster.
Memory normal(int64_t count, unsigned seed) {
  static std::vector<float> pool;
  if (pool.empty()) {
    std::mt19937 bits(1);
    std::normal_distribution<float> distribution;
    pool.resize(1 << 22);
    for (float &value : pool) value = distribution(bits);
  }
  Memory memory(4 * count);
  int64_t size = static_cast<int64_t>(pool.size());
  for (int64_t first = 0; first < count; first += size) {
    std::rotate(pool.begin(), pool.begin() + 1 + seed % 101, pool.end());
    check(onelabel_device_copy(context, memory.floats() + first, pool.data(),
                               4 * std::min(size, count - first)));
  }
  return memory;
}

// Median seconds of run(i), for inputs 0..sets-1 in turn.
double median(int sets, const std::function<void(int)> &run) {
  std::vector<double> times;
  for (int i = 0; i < kRuns + 3; i++) {
    onelabel_event *from, *to;
    check(onelabel_event_record(context, &from));
    run(i % sets);
    check(onelabel_event_record(context, &to));
    double seconds;
    check(onelabel_event_seconds(from, to, &seconds));
    if (i >= 3) times.push_back(seconds);
    onelabel_event_destroy(from);
    onelabel_event_destroy(to);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

// `floor`: seconds at the measured bounds.
void report(const std::string &kernel, const std::string &shape, double seconds, double operations,
            double bytes, double floor) {
  char line[512];
  std::snprintf(line, sizeof line,
                "{\"kernel\": \"%s\", \"shape\": \"%s\", \"median_seconds\": %.6g, \"gflops\": "
                "%.5g, \"gbytes_per_second\": %.5g, \"bound_fraction\": %.3f}",
                kernel.c_str(), shape.c_str(), seconds, operations / seconds * 1e-9,
                bytes / seconds * 1e-9, floor / seconds);
  lines.push_back(line);
  std::printf("%-18s %-34s %9.3f ms %9.0f GFLOP/s %7.0f GB/s %4.0f%% of bound\n", kernel.c_str(),
              shape.c_str(), seconds * 1e3, operations / seconds * 1e-9, bytes / seconds * 1e-9,
              floor / seconds * 100);
  std::fflush(stdout);
}

int sets_of(int64_t bytes) { return static_cast<int>(std::clamp<int64_t>(kRotated / bytes, 1, 8)); }

void cosine(int64_t count, int64_t dimension, int32_t classes, int32_t layout) {
  int64_t bytes = 4 * count * dimension;
  std::vector<Memory> features;
  for (int i = 0; i < sets_of(bytes); i++) features.push_back(normal(count * dimension, i));
  Memory prototypes = normal(classes * dimension, 99), labels(count), margins(4 * count);
  int64_t stride = layout == ONELABEL_ROWS ? dimension : count;
  double seconds = median(static_cast<int>(features.size()), [&](int i) {
    check(onelabel_prototype_cosine(context, features[static_cast<size_t>(i)].floats(),
                                    ONELABEL_FLOAT32, layout, count, dimension, stride,
                                    prototypes.floats(), classes, nullptr, labels.as<uint8_t>(),
                                    margins.floats(), nullptr));
  });
  double moved = static_cast<double>(bytes + 5 * count);
  report("prototype-cosine",
         std::to_string(count) + "x" + std::to_string(dimension) + ":" + std::to_string(classes) +
             (layout == ONELABEL_ROWS ? ":rows" : ":channels"),
         seconds, 2. * static_cast<double>(count * dimension) * (classes + 1), moved,
         moved / copy_bound);
}

void entropy(int64_t passes, int32_t classes, int64_t voxels, bool information) {
  int64_t count = passes * classes * voxels;
  std::vector<Memory> inputs;
  for (int i = 0; i < sets_of(4 * count); i++) inputs.push_back(normal(count, i));
  Memory h(4 * voxels), mi(4 * voxels), labels(voxels);
  double seconds = median(static_cast<int>(inputs.size()), [&](int i) {
    check(onelabel_entropy(context, inputs[static_cast<size_t>(i)].floats(), ONELABEL_LOGITS,
                           passes, classes, voxels, nullptr, h.floats(), labels.as<uint8_t>(),
                           information ? mi.floats() : nullptr, nullptr));
  });
  double moved = static_cast<double>(4 * count + (information ? 9 : 5) * voxels);
  report("entropy",
         std::to_string(passes) + "x" + std::to_string(classes) + "x" + std::to_string(voxels) +
             (information ? ":information" : ""),
         seconds, 20. * static_cast<double>(count), moved, moved / copy_bound);
}

void knn(int64_t queries, int64_t rows, int64_t dimension, int32_t k, int32_t metric) {
  Memory q = normal(queries * dimension, 3), m = normal(rows * dimension, 4);
  Memory indices(8 * queries * k), scores(4 * queries * k);
  double seconds = median(1, [&](int) {
    check(onelabel_knn(context, q.floats(), queries, dimension, m.floats(), rows, dimension,
                       dimension, ONELABEL_FLOAT32, metric, k, nullptr, nullptr,
                       indices.as<int64_t>(), scores.floats(), ONELABEL_NO_VOTE, 1, nullptr, 0, 0,
                       nullptr, nullptr));
  });
  double operations = 2. * static_cast<double>(queries) * static_cast<double>(rows * dimension);
  double moved = 4. * static_cast<double>((queries + rows) * dimension);
  const char *names[] = {"cosine", "inner-product", "squared-l2"};
  report("knn",
         std::to_string(queries) + "x" + std::to_string(rows) + "x" + std::to_string(dimension) +
             ":" + std::to_string(k) + ":" + names[metric],
         seconds, operations, moved, std::max(operations / half_bound, moved / copy_bound));
}

}  // namespace

int main(int argc, char **argv) {
  bool small = false;
  const char *json = nullptr;
  for (int i = 1; i < argc; i++) {
    if (!std::strcmp(argv[i], "--small"))
      small = true;
    else if (!std::strcmp(argv[i], "--json") && i + 1 < argc)
      json = argv[++i];
    else {
      std::fprintf(stderr, "gpu_bench [--small] [--json FILE]\n");
      return 2;
    }
  }
  check(onelabel_context_create(0, &context));
  check(onelabel_measure_bounds(context, &float_bound, &half_bound, &copy_bound));
  std::printf("%s, %s: float32 %.0f GFLOP/s, bfloat16 %.0f GFLOP/s, copy %.0f GB/s\n",
              onelabel_device_name(context), onelabel_isa(context), float_bound * 1e-9,
              half_bound * 1e-9, copy_bound * 1e-9);
  if (small) {
    cosine(500, 40, 3, ONELABEL_ROWS);
    entropy(3, 3, 500, true);
    knn(100, 600, 40, 5, ONELABEL_COSINE);
  } else {
    for (int32_t classes : {2, 4, 8, 32})
      for (int32_t layout : {ONELABEL_ROWS, ONELABEL_CHANNELS})
        cosine(1 << 20, 384, classes, layout);
    for (int32_t classes : {2, 4, 16})
      for (bool information : {false, true}) entropy(8, classes, 1003520, information);
    knn(512, 6144, 384, 5, ONELABEL_INNER_PRODUCT);
    knn(4096, 65536, 384, 16, ONELABEL_INNER_PRODUCT);
    knn(1024, 262144, 768, 32, ONELABEL_INNER_PRODUCT);
    knn(16, 1 << 20, 384, 16, ONELABEL_INNER_PRODUCT);
    for (int64_t dimension : {16, 32, 64}) knn(35000, 35000, dimension, 15, ONELABEL_SQUARED_L2);
  }
  if (json) {
    FILE *file = std::fopen(json, "w");
    if (!file) {
      std::perror(json);
      return 1;
    }
    std::fprintf(file,
                 "{\"device\": \"%s\", \"architecture\": \"%s\", \"bounds\": {\"float32\": %.6g, "
                 "\"bfloat16\": %.6g, \"copy\": %.6g},\n \"results\": [\n",
                 onelabel_device_name(context), onelabel_isa(context), float_bound, half_bound,
                 copy_bound);
    for (size_t i = 0; i < lines.size(); i++)
      std::fprintf(file, "  %s%s\n", lines[i].c_str(), i + 1 < lines.size() ? "," : "");
    std::fprintf(file, " ]}\n");
    std::fclose(file);
  }
  onelabel_context_destroy(context);
  return 0;
}
