// The table of kernels: one row per instruction set, filled by the same sources compiled for it.
#pragma once

#include <cstdint>

#include "onelabel.h"
#include "parallel.h"

namespace onelabel {

struct CosineCall {
  const void *features;
  int32_t type, layout;
  int64_t count, dimension, stride;
  const float *prototypes;  // classes x dimension, each of length 1 or 0
  int32_t classes;
  float *scores;
  uint8_t *labels;
  float *margins;
  int64_t *invalid;
};

struct UpsampleCall {
  const float *scores;
  int32_t classes;
  int64_t in[3], out[3];
  int32_t mode;
  uint8_t *labels;
  float *margins;
};

struct EntropyCall {
  const float *input;
  int32_t kind;
  int64_t passes;
  int32_t classes;
  int64_t voxels;
  float *mean, *entropy;
  uint8_t *labels;
  float *mutual_information;
  int64_t *invalid;
};

struct KnnCall {
  const void *queries;
  int64_t query_count, query_stride;
  const void *database;
  int64_t database_count, database_stride;
  int64_t dimension;
  int32_t type, metric, k;
  const uint8_t *allowed;
  const int64_t *excluded;
  int64_t *indices;
  float *scores;
  int32_t vote;
  float temperature;
  const void *labels;
  int32_t label_kind, classes;
  float *votes;
  int64_t *invalid;
};

struct KernelTable {
  const char *isa;
  void (*cosine)(Parallel &, const CosineCall &);
  void (*upsample)(Parallel &, const UpsampleCall &);
  void (*entropy)(Parallel &, const EntropyCall &);
  void (*knn)(Parallel &, const KnnCall &);
  // Bounds (bounds.cpp): operations done; `sink` has three numbers.
  double (*multiply_adds)(int64_t rounds, float *sink);
  double (*half_products)(int64_t rounds, float *sink);
  void (*read_memory)(const float *from, int64_t count, float *sink);
};

extern const KernelTable baseline_kernels;
#if defined(__x86_64__)
extern const KernelTable avx2_kernels;
extern const KernelTable avx512_kernels;
extern const KernelTable avx512bf16_kernels;
#endif

}  // namespace onelabel
