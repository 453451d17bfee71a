// Cosine of feature vectors with prototypes, one pass over the features:
//   score[n, c] = <F_n, P_c> / |F_n|,  P_c of length 1
//
// Plain version: a dot product for each pair. What costs is reading F, 4 D bytes a vector; with
// 32 classes the float32 units would take as long, so the products go to the tensor cores: every
// float is split into two tf32 numbers (22 bits), x p = x' p' + x' p" + x" p'. A warp multiplies 16
// vectors (rows) or 32 (channels) with 8 prototypes at a time. The fragments are filled straight
// from global memory with 16-byte loads: which column of a chunk is which k is free, as long as the
// prototypes are packed in the same order. Sums are kept in float32: the tensor cores cut sums off,
// so they add over 64 columns (32 channels) only, the long sum is rounded.
#include <algorithm>
#include <cmath>

#include "kernels.h"
#include "tensor.h"

namespace onelabel {
namespace cuda {
namespace {

constexpr int kWarps = 8;      // of a block
constexpr int kSteps = 4;      // chunks that are loaded together
constexpr int kMostTiles = 4;  // 8 prototypes each; more take another pass over F
constexpr size_t kMostShared = 160 << 10;

struct Work {
  const void *features;
  int32_t type;
  bool whole;  // four values at once are aligned
  int64_t count, dimension, stride;
  const float4 *prototypes;
  int32_t first_class, classes;
  float *scores;
  int64_t score_pitch;
  uint8_t *labels;
  float *margins;
  unsigned long long *invalid;
};

struct Ranking {
  float best, second;
  int label;
};

__device__ __forceinline__ void include(Ranking &r, float score, int label) {
  if (score > r.best) {
    r.second = r.best;
    r.best = score;
    r.label = label;
  } else if (score == score) {
    r.second = fmaxf(r.second, score);
  } else {
    // A prototype that is not finite: nothing can be said to be the best.
    r = Ranking{kInfinity, kInfinity, ONELABEL_NO_LABEL};
  }
}

__device__ __forceinline__ void give(const Work &w, int64_t vector, const Ranking &ranking,
                                     bool valid) {
  valid = valid && ranking.label != ONELABEL_NO_LABEL;
  if (w.labels) w.labels[vector] = static_cast<uint8_t>(valid ? ranking.label : ONELABEL_NO_LABEL);
  if (w.margins) w.margins[vector] = valid ? ranking.best - ranking.second : not_a_number();
}

// d += the products of 16 vectors' chunk with 8 prototypes' chunk.
__device__ __forceinline__ void multiply(float (&d)[4], const uint32_t (&high)[4],
                                         const uint32_t (&low)[4], const float4 &prototypes) {
  uint32_t p_high[2] = {__float_as_uint(prototypes.x), __float_as_uint(prototypes.y)};
  uint32_t p_low[2] = {__float_as_uint(prototypes.z), __float_as_uint(prototypes.w)};
  multiply_tf32(d, low, p_high);
  multiply_tf32(d, high, p_low);
  multiply_tf32(d, high, p_high);
}

__device__ __forceinline__ void split(float value, uint32_t &high, uint32_t &low) {
  high = tf32_bits(value);
  low = tf32_bits(value - __uint_as_float(high));
}

// Value d of prototype c, which has length 1, from the fragments (see pack_kernel); 22 bits of it.
template <int kTiles, bool kChannels>
__device__ __forceinline__ float prototype_at(const float4 *prototypes, int c, int64_t d) {
  int64_t product = kChannels ? d / 8 : d / 16 * 2 + d % 4 / 2;
  int t = static_cast<int>(kChannels ? d % 4 : d % 16 / 4);
  bool second = kChannels ? d % 8 >= 4 : d % 2 == 1;
  float4 pair = prototypes[(product * kTiles + c / 8) * 32 + c % 8 * 4 + t];
  return second ? pair.y + pair.w : pair.x + pair.z;
}

// Writes what a vector gets whose squared length in float32 cannot be relied on: by a warp, in
// float64. Whether it counts as finite.
template <int kTiles, bool kChannels>
__device__ __noinline__ bool settle(Work w, const float4 *prototypes, int64_t vector) {
  int lane = static_cast<int>(threadIdx.x % 32);
  auto value = [&](int64_t d) {
    return static_cast<double>(
        value_at(w.features, w.type, kChannels ? d * w.stride + vector : vector * w.stride + d));
  };
  double square = 0;
  for (int64_t d = lane; d < w.dimension; d += 32) square += value(d) * value(d);
  square = warp_sum(square);
  bool valid = square <= static_cast<double>(kMost);
  Ranking ranking{-kInfinity, -kInfinity, 0};
  for (int c = 0; c < w.classes; c++) {
    float score = 0;
    if (valid && square > 0) {
      double dot = 0;
      for (int64_t d = lane; d < w.dimension; d += 32)
        dot += value(d) * static_cast<double>(prototype_at<kTiles, kChannels>(prototypes, c, d));
      score = static_cast<float>(warp_sum(dot) / sqrt(square));
    }
    include(ranking, score, w.first_class + c);
    if (w.scores && lane == 0)
      w.scores[(w.first_class + c) * w.score_pitch + vector] = valid ? score : not_a_number();
  }
  if (lane == 0) give(w, vector, ranking, valid);
  return valid;
}

template <int kTiles, bool kChannels>
__global__ void __launch_bounds__(32 * kWarps) cosine_kernel(Work w, bool shared) {
  constexpr int kVectors = kChannels ? 32 : 16;  // of a warp
  constexpr int kRows = kVectors / 8;            // of a lane
  constexpr int kColumns = kChannels ? 8 : 16;   // of a chunk
  constexpr int kProducts = kColumns / 8;        // of a chunk
  int lane = static_cast<int>(threadIdx.x % 32), g = lane / 4, t = lane % 4;
  int64_t steps = (w.dimension + kSteps * kColumns - 1) / (kSteps * kColumns);
  const float4 *prototypes = w.prototypes;
  if (shared) {
    float4 *copy = shared_memory<float4>();
    for (int64_t i = threadIdx.x; i < steps * kSteps * kProducts * kTiles * 32; i += 32 * kWarps)
      copy[i] = w.prototypes[i];
    __syncthreads();
    prototypes = copy;
  }
  int64_t warps = static_cast<int64_t>(gridDim.x) * kWarps;
  for (int64_t first = (static_cast<int64_t>(blockIdx.x) * kWarps + threadIdx.x / 32) * kVectors;
       first < w.count; first += warps * kVectors) {
    float dots[kRows / 2][kTiles][4] = {};
    float squares[kRows] = {};
    for (int64_t step = 0; step < steps; step++) {
      float4 x[kSteps], y[kSteps];
#pragma unroll
      for (int u = 0; u < kSteps; u++) {
        int64_t chunk = step * kSteps + u;
        if (kChannels) {
          int64_t channel = chunk * kColumns + t, vector = first + 4 * g;
          int64_t left = w.count - vector;
          x[u] = values_at(w.features, w.type, channel * w.stride + vector,
                           channel < w.dimension ? left : 0, w.whole);
          y[u] = values_at(w.features, w.type, (channel + 4) * w.stride + vector,
                           channel + 4 < w.dimension ? left : 0, w.whole);
        } else {
          int64_t column = chunk * kColumns + 4 * t, vector = first + g;
          int64_t left = w.dimension - column;
          x[u] = values_at(w.features, w.type, vector * w.stride + column,
                           vector < w.count ? left : 0, w.whole);
          y[u] = values_at(w.features, w.type, (vector + 8) * w.stride + column,
                           vector + 8 < w.count ? left : 0, w.whole);
        }
      }
      float part[kRows / 2][kTiles][4] = {};
      float part_squares[kRows] = {};
#pragma unroll
      for (int u = 0; u < kSteps; u++) {
        const float *vx = &x[u].x, *vy = &y[u].x;
#pragma unroll
        for (int i = 0; i < 4; i++) {
          part_squares[kChannels ? i : 0] += vx[i] * vx[i];
          part_squares[kChannels ? i : 1] += vy[i] * vy[i];
        }
#pragma unroll
        for (int p = 0; p < 2; p++) {
          // Rows: product p takes two of the four columns. Channels: fragment p takes two of the
          // four vectors.
          uint32_t high[4], low[4];
          split(vx[2 * p], high[0], low[0]);
          split(kChannels ? vx[2 * p + 1] : vy[2 * p], high[1], low[1]);
          split(kChannels ? vy[2 * p] : vx[2 * p + 1], high[2], low[2]);
          split(vy[2 * p + 1], high[3], low[3]);
          int64_t product = (step * kSteps + u) * kProducts + (kChannels ? 0 : p);
#pragma unroll
          for (int j = 0; j < kTiles; j++)
            multiply(part[kChannels ? p : 0][j], high, low,
                     prototypes[(product * kTiles + j) * 32 + lane]);
        }
      }
#pragma unroll
      for (int r = 0; r < kRows; r++) squares[r] += part_squares[r];
#pragma unroll
      for (int r = 0; r < kRows / 2; r++)
#pragma unroll
        for (int j = 0; j < kTiles; j++)
#pragma unroll
          for (int i = 0; i < 4; i++) dots[r][j][i] += part[r][j][i];
    }
    // Lane (g, t) has classes 8 j + 2 t and 8 j + 2 t + 1 of its rows.
#pragma unroll
    for (int r = 0; r < kRows; r++) {
      int64_t vector = kChannels ? first + 4 * g + r : first + g + 8 * r;
      bool there = vector < w.count;
      float square = squares[r];
      square += __shfl_xor_sync(kAll, square, 1);
      square += __shfl_xor_sync(kAll, square, 2);
      unsigned odd = __ballot_sync(kAll, t == 0 && there && !ordinary(square));
      there = there && ordinary(square);
      float scale = 1 / sqrtf(square);
      Ranking ranking{-kInfinity, -kInfinity, 0};
#pragma unroll
      for (int j = 0; j < kTiles; j++)
#pragma unroll
        for (int i = 0; i < 2; i++) {
          int c = 8 * j + 2 * t + i;
          if (c >= w.classes) continue;
          float score = dots[r / 2][j][2 * (r % 2) + i] * scale;
          include(ranking, score, w.first_class + c);
          if (w.scores && there) w.scores[(w.first_class + c) * w.score_pitch + vector] = score;
        }
#pragma unroll
      for (int flip = 1; flip <= 2; flip *= 2) {
        Ranking other{__shfl_xor_sync(kAll, ranking.best, flip),
                      __shfl_xor_sync(kAll, ranking.second, flip),
                      __shfl_xor_sync(kAll, ranking.label, flip)};
        bool wins = other.best > ranking.best ||
                    (other.best == ranking.best && other.label < ranking.label);
        float loser = wins ? ranking.best : other.best;
        if (wins) ranking = other;
        ranking.second = fmaxf(ranking.second, loser);
      }
      if (t == 0 && there) give(w, vector, ranking, true);
      unsigned long long spoilt = 0;
      for (; odd; odd &= odd - 1) {
        int64_t other = __shfl_sync(kAll, vector, __ffs(static_cast<int>(odd)) - 1);
        spoilt += settle<kTiles, kChannels>(w, prototypes, other) ? 0 : 1;
      }
      if (spoilt && lane == 0 && w.first_class == 0) atomicAdd(w.invalid, spoilt);
    }
  }
}

// Labels and margins where the classes took more than one pass: from the scores.
__global__ void rank_kernel(const float *scores, int64_t pitch, int64_t count, int32_t classes,
                            uint8_t *labels, float *margins) {
  int64_t n = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (n >= count) return;
  Ranking ranking{-kInfinity, -kInfinity, 0};
  for (int c = 0; c < classes; c++) include(ranking, scores[c * pitch + n], c);
  bool valid = ranking.label != ONELABEL_NO_LABEL;
  if (labels) labels[n] = static_cast<uint8_t>(ranking.label);
  if (margins) margins[n] = valid ? ranking.best - ranking.second : not_a_number();
}

// A block 8 prototypes: their lengths, then the fragments of lane l = 4 g + t: of prototype g the
// upper parts of two numbers, and their lower parts.
__global__ void __launch_bounds__(256)
    pack_kernel(const float *prototypes, int32_t first, int32_t classes, int64_t dimension,
                bool rows, int64_t products, int64_t tiles, float4 *packed) {
  double *scales = shared_memory<double>();
  int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  int64_t j = blockIdx.x, own = first + 8 * j + warp;
  double square = 0;
  for (int64_t d = lane; d < dimension && own < classes; d += 32) {
    double value = prototypes[own * dimension + d];
    square += value * value;
  }
  for (int flip = 16; flip; flip /= 2) square += __shfl_xor_sync(kAll, square, flip);
  // Infinite for what is not finite, which no value is.
  if (lane == 0)
    scales[warp] = !(square < kInfinity) ? kInfinity : square > 0 ? 1 / sqrt(square) : 0;
  __syncthreads();
  int64_t c = first + 8 * j + lane / 4, t = lane % 4;
  for (int64_t product = warp; product < products; product += 8) {
    uint32_t high[2], low[2];
#pragma unroll
    for (int i = 0; i < 2; i++) {
      int64_t d = rows ? product / 2 * 16 + 4 * t + 2 * (product % 2) + i : product * 8 + t + 4 * i;
      float value = 0;
      if (c < classes && d < dimension)
        value = scales[lane / 4] < kInfinity
                    ? static_cast<float>(prototypes[c * dimension + d] * scales[lane / 4])
                    : not_a_number();
      split(value, high[i], low[i]);
    }
    packed[(product * tiles + j) * 32 + lane] =
        make_float4(__uint_as_float(high[0]), __uint_as_float(high[1]), __uint_as_float(low[0]),
                    __uint_as_float(low[1]));
  }
}

int64_t tiles_of(int32_t classes) {
  int64_t tiles = (classes + 7) / 8;
  return tiles <= 2 ? tiles : kMostTiles;
}

int64_t products_of(int64_t dimension, int32_t layout) {
  int64_t columns = kSteps * (layout == ONELABEL_ROWS ? 16 : 8);
  return (dimension + columns - 1) / columns * columns / 8;
}

}  // namespace

int64_t packed_prototypes(int32_t classes, int64_t dimension, int32_t layout) {
  int64_t fragments = 0;
  for (int32_t first = 0; first < classes; first += 8 * kMostTiles)
    fragments += tiles_of(std::min(classes - first, 8 * kMostTiles));
  return fragments * products_of(dimension, layout) * 32;
}

void pack_prototypes(const float *prototypes, int32_t classes, int64_t dimension, int32_t layout,
                     float4 *packed, cudaStream_t stream) {
  int64_t products = products_of(dimension, layout);
  for (int32_t first = 0; first < classes; first += 8 * kMostTiles) {
    int64_t tiles = tiles_of(std::min(classes - first, 8 * kMostTiles));
    launch(pack_kernel, dim3(static_cast<unsigned>(tiles)), dim3(256), 8 * sizeof(double), stream,
           prototypes, first, classes, dimension, layout == ONELABEL_ROWS, products, tiles, packed);
    packed += products * tiles * 32;
  }
}

void cosine(const CosineCall &call, const float4 *prototypes, int64_t score_pitch,
            unsigned long long *invalid, int multiprocessors, cudaStream_t stream) {
  if (call.count == 0) return;
  bool channels = call.layout == ONELABEL_CHANNELS;
  size_t element = static_cast<size_t>(bytes_of(call.type));
  bool whole =
      call.stride % 4 == 0 && reinterpret_cast<uintptr_t>(call.features) % (4 * element) == 0;
  bool one_pass = call.classes <= 8 * kMostTiles;
  for (int32_t first = 0; first < call.classes; first += 8 * kMostTiles) {
    int32_t classes = std::min(call.classes - first, 8 * kMostTiles);
    int64_t tiles = tiles_of(classes);
    int64_t fragments = products_of(call.dimension, call.layout) * tiles * 32;
    size_t bytes = static_cast<size_t>(fragments) * sizeof(float4);
    bool shared = bytes <= kMostShared;
    Work work{call.features,
              call.type,
              whole,
              call.count,
              call.dimension,
              call.stride,
              prototypes,
              first,
              classes,
              call.scores,
              score_pitch,
              one_pass ? call.labels : nullptr,
              one_pass ? call.margins : nullptr,
              invalid};
    int64_t vectors = kWarps * (channels ? 32 : 16);
    int64_t resident = shared ? std::clamp<int64_t>((200 << 10) / (bytes + 1024), 1, 4) : 4;
    dim3 blocks(static_cast<unsigned>(
        std::min<int64_t>((call.count + vectors - 1) / vectors, multiprocessors * resident)));
    auto kernel = channels ? (tiles == 1   ? &cosine_kernel<1, true>
                              : tiles == 2 ? &cosine_kernel<2, true>
                                           : &cosine_kernel<kMostTiles, true>)
                           : (tiles == 1   ? &cosine_kernel<1, false>
                              : tiles == 2 ? &cosine_kernel<2, false>
                                           : &cosine_kernel<kMostTiles, false>);
    launch(kernel, blocks, dim3(32 * kWarps), shared ? bytes : 0, stream, work, shared);
    prototypes += fragments;
  }
  if (!one_pass && (call.labels || call.margins))
    launch(rank_kernel, dim3(static_cast<unsigned>((call.count + 255) / 256)), dim3(256), 0, stream,
           call.scores, score_pitch, call.count, call.classes, call.labels, call.margins);
}

}  // namespace cuda
}  // namespace onelabel
