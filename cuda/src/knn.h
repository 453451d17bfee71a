// Exact k nearest neighbours, in three steps:
//   prepare  every row in bf16 beside what bounds its rounding error   (knn_prepare.cu)
//   filter   bf16 products on the tensor cores; a row whose score cannot reach the k best of its
//            query is dropped in registers, the others become candidates (knn_filter.cu)
//   select   candidates are scored again in float32, the k best stay    (knn_select.cu)
// The result is that of scoring every row in float32.
//
// The bound. The filter works on t = <q, y> + offset(y), which orders rows as the metric does:
// inner product y = x; cosine y = x / |x|, q likewise; squared L2 y = x - c, q - c for a centre c,
// offset = -|y|^2 / 2. It sees q' and y' in bf16, q = q' + dq, y = y' + dy, and the tensor cores'
// sums, cut off; so with s the relative slack of a sum of that length,
//   |t - t'| <= |dq| |y| + (|q| + |dq|) |dy| + s |q| |y| + slack(q) + slack(y).
// Up to kSplitDimension values, where the products cost nothing, q and y are two bf16 numbers each
// (q1 y1 + q1 y2 + q2 y1, as three stretches of one longer row): the bound is 500 times as tight.
#pragma once

#include "kernels.h"
#include "lane.h"

namespace onelabel {
namespace cuda {

constexpr int kTile = 128;  // queries and rows of a tile
constexpr int64_t kSplitDimension = 128;
constexpr float kShort = 8.8817842e-16f;  // 2^-50: a length whose square is still exact

// Row: norm |y|, residual |dy|, offset (minus infinity: nobody's neighbour), slack.
// Query: alpha = |dq| + s |q|, beta = |q| + |dq|, gamma = slack, unused.
// |t - t'| <= alpha * norm + beta * residual + gamma + slack.
using Bound = float4;

// Rows of a matrix in device memory.
struct Rows {
  const void *values;
  int32_t type;
  int64_t count, stride, dimension;
};

// What prepare makes of rows; `padded` is their count rounded up to whole tiles.
struct Prepared {
  int64_t padded;
  int64_t columns;   // of a bf16 row, a multiple of 64
  uint16_t *halves;  // padded x columns
  Bound *bounds;     // padded
  float *lengths;    // padded: |x|, NaN for a row that is not finite
  Bound *tiles;      // padded / kTile: the largest of each number; NULL for queries
};

// Candidates of every query and split: entries [(query * splits + split) * capacity ...].
struct Candidates {
  int32_t splits, capacity;
  float *lower, *upper;  // bounds of t
  float *exact;          // room to work in
  int32_t *index;        // row of the database panel
  int32_t *count;        // one a query and split
  uint32_t *threshold;   // one a query: order_key of what t must reach
};

inline int64_t whole_tiles(int64_t count) { return (count + kTile - 1) / kTile * kTile; }

// Arrays of prepared rows.
struct PreparedArrays {
  PreparedArrays() = default;
  PreparedArrays(int64_t count, int64_t columns, bool queries, cudaStream_t stream)
      : halves(whole_tiles(count) * columns, stream),
        bounds(whole_tiles(count), stream),
        lengths(whole_tiles(count), stream),
        tiles(queries ? 0 : whole_tiles(count) / kTile, stream) {}

  Prepared of(int64_t count, int64_t columns) const {
    return {whole_tiles(count), columns, halves.get(), bounds.get(), lengths.get(), tiles.get()};
  }

  DeviceArray<uint16_t> halves;
  DeviceArray<Bound> bounds;
  DeviceArray<float> lengths;
  DeviceArray<Bound> tiles;
};

// Rows from `first` on.
inline Rows from_row(Rows rows, int64_t first, int64_t count) {
  int64_t element = bytes_of(rows.type);
  rows.values = static_cast<const char *>(rows.values) + first * rows.stride * element;
  rows.count = count;
  return rows;
}

int64_t prepared_columns(int64_t dimension);
int32_t candidate_capacity(int32_t k);

// A centre for squared L2: the mean of some rows.
void centre(const Rows &rows, float *centre, cudaStream_t stream);

// `allowed` may be NULL, and for queries is; the panel's rows begin at its bit `offset`. `centre`
// is NULL unless the metric is squared L2.
void prepare(const Rows &rows, int32_t metric, const float *centre, const uint8_t *allowed,
             int64_t offset, bool queries, const Prepared &to, unsigned long long *invalid,
             cudaStream_t stream);

// Sets `count` numbers to `value`.
void reset(uint32_t *numbers, uint32_t value, int64_t count, cudaStream_t stream);

// `excluded` are rows of the whole database, of which the panel begins at `offset`.
// `warpgroups`: by Hopper's warpgroup instructions. `most_shared`: bytes of a block.
void filter(const Rows &queries, const Prepared &prepared_queries, const Rows &database,
            const Prepared &prepared_database, int32_t metric, int32_t k, const int64_t *excluded,
            int64_t offset, const Candidates &candidates, bool warpgroups, size_t most_shared,
            cudaStream_t stream);

// Merges the candidates into the k best so far (indices -1: none), in the float32 order of scores,
// where more is better; `first`: there are none so far.
void select(const Rows &queries, const float *query_lengths, const Rows &database,
            const float *database_lengths, int32_t metric, int32_t k, int64_t offset,
            const Candidates &candidates, bool first, int64_t *indices, float *scores,
            cudaStream_t stream);

// Sums of votes, and scores as the caller wants them (distances, NaN where there is none).
struct VoteCall {
  int64_t queries;
  int32_t metric, k, vote;
  float temperature;
  const void *labels;
  int32_t label_kind, classes;
  const int64_t *indices;
  float *scores;
  const float *query_lengths;
  float *votes;  // may be NULL
};
void vote(const VoteCall &call, cudaStream_t stream);

// A cosine in float64, for vectors that are too short for float32.
__device__ inline float exact_cosine(const Rows &queries, int64_t query, const Rows &database,
                                     int64_t row) {
  double dot = 0, own = 0, other = 0;
  for (int64_t d = threadIdx.x % 32; d < queries.dimension; d += 32) {
    double x = value_at(queries.values, queries.type, query * queries.stride + d);
    double y = value_at(database.values, database.type, row * database.stride + d);
    dot += x * y;
    own += x * x;
    other += y * y;
  }
  return static_cast<float>(warp_sum(dot) / sqrt(warp_sum(own) * warp_sum(other)));
}

// The score of a pair in float32, by a warp; the same wherever it is computed. What is below the
// least normal number is 0, what is beyond the largest number is that number.
__device__ __forceinline__ float exact_score(const Rows &queries, int64_t query, float query_length,
                                             const Rows &database, int64_t row, float row_length,
                                             int32_t metric) {
  if (metric == ONELABEL_COSINE && query_length > 0 && row_length > 0 &&
      (query_length < kShort || row_length < kShort))
    return exact_cosine(queries, query, database, row);
  float sum = 0;
  for (int64_t d = threadIdx.x % 32; d < queries.dimension; d += 32) {
    float x = value_at(queries.values, queries.type, query * queries.stride + d);
    float y = value_at(database.values, database.type, row * database.stride + d);
    float difference = x - y;
    sum = metric == ONELABEL_SQUARED_L2 ? fmaf(difference, difference, sum) : fmaf(x, y, sum);
  }
  sum = fminf(fmaxf(warp_sum(sum), -kMost), kMost);
  if (fabsf(sum) < kLeastNormal) sum = 0;
  if (metric == ONELABEL_SQUARED_L2) return 0.f - sum;
  if (metric == ONELABEL_COSINE)
    sum = query_length > 0 && row_length > 0 ? divide(divide(sum, query_length), row_length) : 0;
  return sum + 0.f;  // no minus zero
}

// The key of the k-th largest of numbers that count(key) counts those not below; where exactly k
// are not below some smaller key, that one. `exactly` tells.
template <typename Count>
__device__ __forceinline__ uint32_t kth_key(unsigned k, bool &exactly, Count count) {
  uint32_t key = 0;
  exactly = false;
  for (int bit = 31; bit >= 0 && !exactly; bit--) {
    uint32_t trial = key | 1u << bit;
    unsigned found = count(trial);
    if (found >= k) key = trial;
    exactly = found == k;
  }
  return key;
}

}  // namespace cuda
}  // namespace onelabel
