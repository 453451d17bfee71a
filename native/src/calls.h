// The arguments of each kernel, checked.
#pragma once

#include <cstdint>

#include "onelabel.h"

namespace onelabel {

// Bytes of an element of features.
inline int64_t bytes_of(int32_t type) {
  return type == ONELABEL_FLOAT32 ? 4 : type == ONELABEL_INT8 ? 1 : 2;
}

struct CosineCall {
  const void *features;
  int32_t type, layout;
  int64_t count, dimension, stride;
  const float *prototypes;
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

// What is searched for, and where: in rows in memory, or in the first ones of a prepared database,
// which has the place of `database` then.
struct SearchCall {
  const void *queries;
  int64_t query_count, query_stride;
  const void *database;
  int64_t database_count, database_stride;
  int64_t dimension;
  int32_t type, metric;
  const uint8_t *allowed;
  const int64_t *excluded;
  int64_t *invalid;
  const onelabel_database *prepared;  // or NULL
};

struct KnnCall : SearchCall {
  int32_t k;
  int64_t *indices;
  float *scores;
  int32_t vote;
  float temperature;
  const void *labels;
  int32_t label_kind, classes;
  float *votes;
  // What the k-th best score of each query most likely reaches, larger being better, and how many
  // rows do; or NULL.
  const float *likely = nullptr;
  double reaching = 0;
};

struct RangeCall : SearchCall {
  float radius;
  int64_t *starts;
  int64_t capacity;
  int64_t *indices;
  float *scores;
};

struct SummaryCall {
  const float *values;
  int64_t count;
  double *mean;
  int32_t bins;
  double low, high;
  int64_t *histogram;
  int32_t quantile_count;
  const double *levels;
  double *quantiles;
  int64_t *invalid;
};

}  // namespace onelabel
