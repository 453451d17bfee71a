// Rows in bf16 and what bounds their error: a warp a row, a block a tile.
#include "knn.h"
#include "tensor.h"

namespace onelabel {
namespace cuda {
namespace {

constexpr int kWarps = 8;
constexpr float kUnderflow = 1e-20f;

struct Work {
  Rows rows;
  int32_t metric;
  const float *centre;
  const uint8_t *allowed;
  int64_t offset;  // of the first row in `allowed`
  bool queries;
  Prepared to;
  unsigned long long *invalid;
};

// Relative slack of a sum over `columns` products on the tensor cores.
__device__ __forceinline__ float sum_slack(int64_t columns) {
  return static_cast<float>(columns / 4 + 16) * 2.4e-7f;
}

__device__ __forceinline__ Bound largest(const Bound &a, const Bound &b) {
  return make_float4(fmaxf(a.x, b.x), fmaxf(a.y, b.y), fmaxf(a.z, b.z), fmaxf(a.w, b.w));
}

__device__ __forceinline__ Bound prepare_row(const Work &w, int64_t row, int lane) {
  int64_t dimension = w.rows.dimension, columns = w.to.columns;
  bool split = dimension <= kSplitDimension;
  uint16_t *halves = w.to.halves + row * columns;
  bool there = row < w.rows.count;
  float square = 0;
  for (int64_t d = lane; d < dimension && there; d += 32) {
    float x = value_at(w.rows.values, w.rows.type, row * w.rows.stride + d);
    square = fmaf(x, x, square);
  }
  square = warp_sum(square);
  bool valid = there, odd = there && !ordinary(square);
  float length = sqrtf(square);
  double factor = 1;  // where the row is odd, in place of scale
  if (odd) {
    double exact = 0;
    for (int64_t d = lane; d < dimension; d += 32) {
      double x = value_at(w.rows.values, w.rows.type, row * w.rows.stride + d);
      exact += x * x;
    }
    exact = warp_sum(exact);
    valid = exact <= static_cast<double>(kMost);
    length = static_cast<float>(sqrt(exact));
    if (w.metric == ONELABEL_COSINE) factor = exact > 0 ? 1 / sqrt(exact) : 0;
  }
  if (there && !valid && lane == 0) atomicAdd(w.invalid, 1ull);
  if (lane == 0) w.to.lengths[row] = valid ? length : not_a_number();
  float scale = w.metric == ONELABEL_COSINE ? (square > 0 ? 1 / sqrtf(square) : 0) : 1;
  float norm = 0, residual = 0, second = 0;
  for (int64_t d = lane; d < dimension; d += 32) {
    float y = 0;
    if (valid) {
      float x = value_at(w.rows.values, w.rows.type, row * w.rows.stride + d);
      y = odd ? static_cast<float>(x * factor) : x * scale;
    }
    if (valid && w.centre) y -= w.centre[d];
    uint16_t high = bf16_bits(y);
    float rest = y - bf16_value(high);
    norm = fmaf(y, y, norm);
    halves[d] = high;
    if (split) {
      uint16_t low = bf16_bits(rest);
      second = fmaf(bf16_value(low), bf16_value(low), second);
      rest -= bf16_value(low);
      halves[dimension + d] = w.queries ? high : low;
      halves[2 * dimension + d] = w.queries ? low : high;
    }
    residual = fmaf(rest, rest, residual);
  }
  for (int64_t d = (split ? 3 : 1) * dimension + lane; d < columns; d += 32) halves[d] = 0;
  float norm_square = warp_sum(norm);
  // A little more than float32 sums can be off by, and what squares lose that underflow.
  norm = sqrtf(norm_square) * 1.00001f + kUnderflow;
  residual = sqrtf(warp_sum(residual)) * 1.00001f + norm * 1e-7f + kUnderflow;
  second = sqrtf(warp_sum(second)) * 1.00001f + kUnderflow;
  float slack = sum_slack(columns);
  bool distance = w.metric == ONELABEL_SQUARED_L2;
  float own_slack = (distance ? 4 * slack * norm_square : 0) + 1e-37f;
  if (w.queries)
    return make_float4(residual + slack * norm + second * (1.01f / 256), norm + residual, own_slack,
                       0);
  int64_t bit = w.offset + row;
  bool out = !valid || (w.allowed && !(w.allowed[bit / 8] >> (bit % 8) & 1));
  float offset = out ? -kInfinity : distance ? -norm_square / 2 : 0;
  if (!out && !finite(norm_square)) {
    // Too large to bound: a candidate of every query.
    offset = 0;
    own_slack = kInfinity;
  }
  return make_float4(norm, residual, offset, own_slack);
}

__global__ void __launch_bounds__(32 * kWarps) prepare_kernel(Work w) {
  int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  Bound most = make_float4(0, 0, 0, 0);
  for (int i = warp; i < kTile; i += kWarps) {
    int64_t row = static_cast<int64_t>(blockIdx.x) * kTile + i;
    Bound bound = prepare_row(w, row, lane);
    if (lane == 0) w.to.bounds[row] = bound;
    if (bound.z > -kInfinity) most = largest(most, bound);
  }
  Bound *shared = shared_memory<Bound>();
  if (lane == 0) shared[warp] = most;
  __syncthreads();
  if (threadIdx.x == 0 && w.to.tiles) {
    for (int i = 1; i < kWarps; i++) most = largest(most, shared[i]);
    w.to.tiles[blockIdx.x] = most;
  }
}

constexpr int64_t kCentreRows = 4096;

// A block 32 columns, a warp every eighth row.
__global__ void __launch_bounds__(32 * kWarps) centre_kernel(Rows rows, float *centre) {
  int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  int64_t column = static_cast<int64_t>(blockIdx.x) * 32 + lane;
  int64_t count = rows.count < kCentreRows ? rows.count : kCentreRows;
  float sum = 0;
  for (int64_t row = warp; row < count && column < rows.dimension; row += kWarps) {
    float x = value_at(rows.values, rows.type, row * rows.stride + column);
    sum += fabsf(x) < 1e12f ? x / static_cast<float>(count) : 0;
  }
  float *shared = shared_memory<float>();
  shared[threadIdx.x] = sum;
  __syncthreads();
  if (warp == 0 && column < rows.dimension) {
    for (int i = 1; i < kWarps; i++) sum += shared[32 * i + lane];
    centre[column] = sum;
  }
}

}  // namespace

int64_t prepared_columns(int64_t dimension) {
  int64_t used = dimension <= kSplitDimension ? 3 * dimension : dimension;
  return used == 0 ? 64 : (used + 63) / 64 * 64;
}

void centre(const Rows &rows, float *centre, cudaStream_t stream) {
  launch(centre_kernel, dim3(static_cast<unsigned>((rows.dimension + 31) / 32)), dim3(32 * kWarps),
         32 * kWarps * sizeof(float), stream, rows, centre);
}

void prepare(const Rows &rows, int32_t metric, const float *centre, const uint8_t *allowed,
             int64_t offset, bool queries, const Prepared &to, unsigned long long *invalid,
             cudaStream_t stream) {
  launch(prepare_kernel, dim3(static_cast<unsigned>(to.padded / kTile)), dim3(32 * kWarps),
         kWarps * sizeof(Bound), stream,
         Work{rows, metric, centre, allowed, offset, queries, to, invalid});
}

}  // namespace cuda
}  // namespace onelabel
