// Prototype cosine similarity: score[c, n] = <F_n, P_c> / (|F_n| |P_c|).
//
// The prototypes come normalised (api.cpp does it once), so one pass over F yields the dots and
// |F_n|; the features are never normalised, scores are scaled at the end.
//
//   rows      lanes along the dimension, two rows and four prototypes at a time
//   channels  lanes along the vectors: tiles of 512 vectors, four channels folded in at a time
#include <algorithm>
#include <atomic>
#include <vector>

#include "kernels.h"
#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

constexpr int64_t kTile = 512;

// Turns the dots of one tile (classes x width, in place) into scores, labels and margins.
// squares holds |F_n|^2.
int64_t finish(const CosineCall &call, float *dots, const float *squares, int64_t first,
               int64_t width) {
  int64_t invalid = 0;
  for (int64_t i = 0; i < width; i++) {
    float square = squares[i];
    float scale = square > 0 ? 1 / std::sqrt(square) : 0;
    if (!(square <= std::numeric_limits<float>::max())) {
      scale = kNaN;
      invalid++;
    }
    float best = -kInfinity, second = -kInfinity;
    int label = 0;
    for (int32_t c = 0; c < call.classes; c++) {
      // A feature whose square underflows is a zero vector.
      float score = scale == 0 ? 0 : dots[c * kTile + i] * scale;
      dots[c * kTile + i] = score;
      if (score > best) {
        second = best;
        best = score;
        label = c;
      } else if (score > second) {
        second = score;
      }
    }
    bool valid = scale == scale;
    if (call.labels)
      call.labels[first + i] = static_cast<uint8_t>(valid ? label : ONELABEL_NO_LABEL);
    if (call.margins) call.margins[first + i] = valid ? best - second : kNaN;
  }
  if (call.scores) {
    for (int32_t c = 0; c < call.classes; c++) {
      std::memcpy(call.scores + c * call.count + first, dots + c * kTile,
                  static_cast<size_t>(width) * 4);
    }
  }
  return invalid;
}

// Dots of two rows with four prototypes (repeated pointers where there are fewer), and the squares.
inline void dots_2x4(const float *a, const float *b, const float *const *p, int64_t dimension,
                     float *da, float *db, float *squares) {
  Floats sa[4] = {}, sb[4] = {}, qa = {}, qb = {};
  int64_t d = 0;
  for (; d + kLanes <= dimension; d += kLanes) {
    Floats x = load(a + d), y = load(b + d);
    qa += x * x;
    qb += y * y;
    for (int c = 0; c < 4; c++) {
      Floats w = load(p[c] + d);
      sa[c] += x * w;
      sb[c] += y * w;
    }
  }
  float ra[5] = {sum(sa[0]), sum(sa[1]), sum(sa[2]), sum(sa[3]), sum(qa)};
  float rb[5] = {sum(sb[0]), sum(sb[1]), sum(sb[2]), sum(sb[3]), sum(qb)};
  for (; d < dimension; d++) {
    for (int c = 0; c < 4; c++) {
      ra[c] += a[d] * p[c][d];
      rb[c] += b[d] * p[c][d];
    }
    ra[4] += a[d] * a[d];
    rb[4] += b[d] * b[d];
  }
  std::memcpy(da, ra, 16);
  std::memcpy(db, rb, 16);
  squares[0] = ra[4];
  squares[1] = rb[4];
}

void rows_tile(const CosineCall &call, int64_t first, int64_t width, float *dots, float *squares,
               float *converted) {
  for (int64_t i = 0; i < width; i += 2) {
    const float *row[2];
    for (int r = 0; r < 2; r++) {
      int64_t n = first + std::min(i + r, width - 1);
      if (call.type == ONELABEL_FLOAT32) {
        row[r] = static_cast<const float *>(call.features) + n * call.stride;
        // Rows many kilobytes apart defeat the hardware prefetcher.
        __builtin_prefetch(row[r] + 2 * call.stride);
      } else {
        read_floats(call.features, call.type, n * call.stride, call.dimension,
                    converted + r * call.dimension);
        row[r] = converted + r * call.dimension;
      }
    }
    bool pair = i + 1 < width;
    for (int32_t c = 0; c < call.classes; c += 4) {
      const float *p[4];
      for (int j = 0; j < 4; j++)
        p[j] = call.prototypes + std::min<int64_t>(c + j, call.classes - 1) * call.dimension;
      float da[4], db[4], square[2];
      dots_2x4(row[0], row[1], p, call.dimension, da, db, square);
      for (int j = 0; j < 4 && c + j < call.classes; j++) {
        dots[(c + j) * kTile + i] = da[j];
        if (pair) dots[(c + j) * kTile + i + 1] = db[j];
      }
      squares[i] = square[0];
      if (pair) squares[i + 1] = square[1];
    }
  }
}

void channels_tile(const CosineCall &call, int64_t first, int64_t width, float *dots,
                   float *squares, float *converted) {
  int64_t padded = (width + kLanes - 1) / kLanes * kLanes;
  std::memset(squares, 0, static_cast<size_t>(padded) * 4);
  for (int32_t c = 0; c < call.classes; c++)
    std::memset(dots + c * kTile, 0, static_cast<size_t>(padded) * 4);
  for (int64_t d = 0; d < call.dimension; d += 4) {
    const float *x[4];
    int64_t depth = std::min<int64_t>(4, call.dimension - d);
    for (int64_t j = 0; j < 4; j++) {
      float *copy = converted + j * kTile;
      if (j >= depth) {
        std::memset(copy, 0, static_cast<size_t>(padded) * 4);
        x[j] = copy;
      } else if (call.type == ONELABEL_FLOAT32 && padded == width) {
        x[j] = static_cast<const float *>(call.features) + (d + j) * call.stride + first;
      } else {
        read_floats(call.features, call.type, (d + j) * call.stride + first, width, copy);
        std::memset(copy + width, 0, static_cast<size_t>(padded - width) * 4);
        x[j] = copy;
      }
    }
    for (int64_t i = 0; i < padded; i += kLanes) {
      Floats a = load(x[0] + i), b = load(x[1] + i), e = load(x[2] + i), f = load(x[3] + i);
      store(squares + i, load(squares + i) + (a * a + b * b + (e * e + f * f)));
    }
    for (int32_t c = 0; c < call.classes; c++) {
      float w[4] = {};
      for (int64_t j = 0; j < depth; j++) w[j] = call.prototypes[c * call.dimension + d + j];
      float *to = dots + c * kTile;
      for (int64_t i = 0; i < padded; i += kLanes) {
        store(to + i, load(to + i) + (load(x[0] + i) * w[0] + load(x[1] + i) * w[1] +
                                      (load(x[2] + i) * w[2] + load(x[3] + i) * w[3])));
      }
    }
  }
}

}  // namespace

void cosine(Parallel &parallel, const CosineCall &call) {
  int64_t tiles = (call.count + kTile - 1) / kTile;
  std::atomic<int64_t> invalid{0};
  parallel.run(tiles, [&](int64_t tile) {
    std::vector<float> dots(static_cast<size_t>(call.classes) * kTile), squares(kTile);
    std::vector<float> converted(static_cast<size_t>(std::max(4 * kTile, 2 * call.dimension)));
    int64_t first = tile * kTile, width = std::min(kTile, call.count - first);
    auto fill = call.layout == ONELABEL_ROWS ? rows_tile : channels_tile;
    fill(call, first, width, dots.data(), squares.data(), converted.data());
    invalid += finish(call, dots.data(), squares.data(), first, width);
  });
  if (call.invalid) *call.invalid = invalid.load();
}

}  // namespace ONELABEL_TIER
}  // namespace onelabel
