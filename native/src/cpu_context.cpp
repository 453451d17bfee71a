// The CPU's context: an instruction set, and threads.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "context.h"
#include "kernels.h"
#include "processors.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace onelabel {
namespace {

#ifdef ONELABEL_HAS_avx512amx
// Whether the processor multiplies bytes by AMX and the system lets this process. The registers are
// larger than all others together, so Linux (5.16 and newer) wants to be asked.
bool matrix_unit_usable() {
  static const bool usable = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    constexpr unsigned kTiles = 1u << 24, kBytes = 1u << 25;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d & kTiles) || !(d & kBytes)) return false;
    constexpr long kRequest = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM
    return syscall(SYS_arch_prctl, kRequest, kTileData) == 0;
  }();
  return usable;
}
#endif

// The tables this library has and this machine can run, the best first.
std::vector<const KernelTable *> usable() {
  std::vector<const KernelTable *> tables;
#ifdef __x86_64__
  __builtin_cpu_init();
  [[maybe_unused]] const bool avx512 =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  [[maybe_unused]] const bool avx2 = __builtin_cpu_supports("avx2") &&
                                     __builtin_cpu_supports("fma") &&
                                     __builtin_cpu_supports("f16c");
  [[maybe_unused]] const bool vnni = avx512 && __builtin_cpu_supports("avx512vnni");
#ifdef ONELABEL_HAS_avx512amx
  if (vnni && matrix_unit_usable()) tables.push_back(&avx512amx_kernels);
#endif
#ifdef ONELABEL_HAS_avx512vnni
  if (vnni) tables.push_back(&avx512vnni_kernels);
#endif
#ifdef ONELABEL_HAS_avx512
  if (avx512) tables.push_back(&avx512_kernels);
#endif
#ifdef ONELABEL_HAS_avxvnni
  if (avx2 && __builtin_cpu_supports("avxvnni")) tables.push_back(&avxvnni_kernels);
#endif
#ifdef ONELABEL_HAS_avx2
  if (avx2) tables.push_back(&avx2_kernels);
#endif
#endif
  tables.push_back(&baseline_kernels);
  return tables;
}

// Those that ONELABEL_MAX_ISA leaves; one at least.
std::vector<const KernelTable *> allowed() {
  static const std::vector<std::string> known = {"avx512amx", "avx512vnni", "avx512",
                                                 "avxvnni",   "avx2",       "baseline"};
  std::vector<const KernelTable *> tables = usable();
  const char *cap = std::getenv("ONELABEL_MAX_ISA");
  if (!cap || !*cap) return tables;
  auto rank = std::find(known.begin(), known.end(), cap);
  if (rank == known.end())
    throw Refusal{std::string("ONELABEL_MAX_ISA is \"") + cap +
                  "\"; it must be baseline, avx2, avxvnni, avx512, avx512vnni or avx512amx"};
  std::vector<const KernelTable *> left;
  for (const KernelTable *table : tables)
    if (std::find(known.begin(), known.end(), table->isa) >= rank) left.push_back(table);
  return left;
}

std::string names(const std::vector<const KernelTable *> &tables) {
  std::string all;
  for (const KernelTable *table : tables)
    all += all.empty() ? table->isa : std::string(", ") + table->isa;
  return all;
}

const KernelTable *choose(const char *isa) {
  std::vector<const KernelTable *> tables = allowed();
  if (!isa) return tables.front();
  for (const KernelTable *table : tables)
    if (std::strcmp(table->isa, isa) == 0) return table;
  throw Unavailable{std::string("instruction set \"") + isa + "\" is not available; there are " +
                    names(tables)};
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The best rate of some runs of `work`, which returns how much it did.
template <typename Work>
double best_rate(double limit, Work work) {
  double best = 0;
  for (double end = seconds() + limit; seconds() < end;) {
    double start = seconds();
    double done = work();
    best = std::max(best, done / (seconds() - start));
  }
  return best;
}

class CpuContext final : public onelabel_context {
 public:
  CpuContext(const KernelTable *kernels, int threads)
      : kernels_(kernels), parallel_(threads, cancellation) {}
  explicit CpuContext(const CpuContext &other)
      : onelabel_context(), kernels_(other.kernels_), parallel_(other.parallel_, cancellation) {}

  onelabel_context *share() const override { return new CpuContext(*this); }

  const char *isa() const override { return kernels_->isa; }
  int32_t threads() const override { return parallel_.threads(); }
  const void *home() const override { return kernels_; }
  onelabel_database *create_database(int64_t dimension, int32_t type, int32_t metric) override {
    return kernels_->create_database(home(), dimension, type, metric);
  }
  void measure_bounds(double *float_operations, double *filter_operations,
                      double *read_bytes) override;

  void cosine(const CosineCall &call) override {
    std::vector<float> units = unit_prototypes(call.prototypes, call.classes, call.dimension);
    CosineCall with_units = call;
    with_units.prototypes = units.data();
    kernels_->cosine(parallel_, with_units);
  }
  void upsample(const UpsampleCall &call) override { kernels_->upsample(parallel_, call); }
  void entropy(const EntropyCall &call) override { kernels_->entropy(parallel_, call); }
  void summary(const SummaryCall &call) override { onelabel::summary(call, cancellation); }
  void knn(const KnnCall &call) override { kernels_->knn(parallel_, call); }
  void range_search(const RangeCall &call) override { kernels_->range_search(parallel_, call); }

 private:
  const KernelTable *kernels_;
  Parallel parallel_;
};

void CpuContext::measure_bounds(double *float_operations, double *filter_operations,
                                double *read_bytes) {
  int64_t threads = parallel_.threads();
  auto compute = [&](double (*loop)(int64_t, float *)) {
    return best_rate(0.1, [&] {
      std::vector<double> done(static_cast<size_t>(threads));
      parallel_.run(threads, [&](int64_t t) {
        float sink[3] = {1e-9f, 1e-9f, 0};
        done[static_cast<size_t>(t)] = loop(200'000, sink);
      });
      double sum = 0;
      for (double part : done) sum += part;
      return sum;
    });
  };
  if (float_operations) *float_operations = compute(kernels_->multiply_adds);
  if (filter_operations) {
    float sink[3] = {};
    *filter_operations =
        kernels_->filter_products(1, sink) > 0 ? compute(kernels_->filter_products) : 0;
  }
  if (read_bytes) {
    constexpr int64_t kFloats = 64 << 20;  // far beyond any cache
    std::vector<float> memory(static_cast<size_t>(kFloats), 1.f);
    *read_bytes = best_rate(0.3, [&] {
      parallel_.run(threads, [&](int64_t t) {
        float sink[3] = {};
        int64_t first = kFloats * t / threads, end = kFloats * (t + 1) / threads;
        kernels_->read_memory(memory.data() + first, end - first, sink);
      });
      return 4. * kFloats;
    });
  }
}

}  // namespace

onelabel_context *create_context(int32_t threads, const char *isa) {
  return new CpuContext(choose(isa), threads ? threads : usable_processors());
}

std::vector<std::string> isas() {
  std::vector<std::string> all;
  for (const KernelTable *table : allowed()) all.push_back(table->isa);
  return all;
}

}  // namespace onelabel
