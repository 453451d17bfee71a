// The table of kernels: one row per instruction set, filled by the same sources compiled for it.
#pragma once

#include "calls.h"
#include "parallel.h"

namespace onelabel {

struct KernelTable {
  const char *isa;
  // Prototypes of length 1, or 0.
  void (*cosine)(Parallel &, const CosineCall &);
  void (*upsample)(Parallel &, const UpsampleCall &);
  void (*entropy)(Parallel &, const EntropyCall &);
  void (*knn)(Parallel &, const KnnCall &);
  void (*range_search)(Parallel &, const RangeCall &);
  onelabel_database *(*create_database)(const void *home, int64_t dimension, int32_t type,
                                        int32_t metric);
  // Bounds (bounds.cpp): operations done; `sink` has three numbers.
  double (*multiply_adds)(int64_t rounds, float *sink);
  double (*filter_products)(int64_t rounds, float *sink);
  void (*read_memory)(const float *from, int64_t count, float *sink);
};

extern const KernelTable baseline_kernels;
#if defined(__x86_64__)
extern const KernelTable avx2_kernels;
extern const KernelTable avxvnni_kernels;
extern const KernelTable avx512_kernels;
extern const KernelTable avx512vnni_kernels;
extern const KernelTable avx512amx_kernels;
#endif

}  // namespace onelabel
