// Prototype cosine similarity: score[c, n] = <F_n, P_c> / (|F_n| |P_c|).
//
// The prototypes come normalised (by unit_prototypes), so one pass over F yields the dots and
// |F_n|^2; the features are never normalised, scores are scaled at the end.
//
// Tile by tile, dots (classes x tile) and squares come from one of three loops, which differ in
// what the lanes of a register are:
//
//   channels       lanes are vectors: a few registers of them with four prototypes
//   rows, few      lanes are dimensions: a few rows with up to four prototypes
//   rows, many     lanes are prototypes: values of a few rows are broadcast
#include <algorithm>
#include <atomic>
#include <vector>

#include "aligned.h"
#include "kernels.h"
#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

constexpr int64_t kTile = 512;
// From one class to the next, and from one channel to the next where channels are copied: not a
// power of two, which would put all of them into the same few sets of a cache.
constexpr int64_t kPitch = kTile + 16;
// Channels that are read together. Channels of a volume often do lie a power of two apart: no more
// of them, with as many that are fetched ahead, than a set of a cache has room for.
constexpr int64_t kDepth = 4;
// For many prototypes channels are worth a copy that lies close together.
constexpr int64_t kCopiedDepth = 32;
// From this many prototypes on: rows have lanes that are prototypes, channels are copied.
constexpr int32_t kManyClasses = 9;

#if ONELABEL_LANES == 16
constexpr int kFewClasses = 4, kManyRows = 12, kChannelVectors = 4;
#elif ONELABEL_LANES == 8
constexpr int kFewClasses = 2, kManyRows = 5, kChannelVectors = 2;
#else
constexpr int kFewClasses = 2, kManyRows = 4, kChannelVectors = 2;
#endif
constexpr int kFewRows = 4;
// How far ahead rows are asked for.
constexpr int64_t kAheadBytes = 24 * 1024;
// Registers of prototypes beside each other.
constexpr int kManyVectors = 2;

// Rows that come later, asked for line by line in the order of memory, into the second level: so
// the hardware's prefetcher sees a stream, and no miss of the first level waits for memory. Asked
// for side by side and into the first level they came at half of the memory's rate on Zen 4.
class Ahead {
 public:
  // From kAheadBytes behind `row` on.
  Ahead(const CosineCall &call, int64_t row)
      : value_(bytes_of(call.type)),
        stride_(call.stride * value_),
        length_(std::max<int64_t>(1, call.dimension * value_)) {
    row += std::max<int64_t>(kFewRows, kAheadBytes / length_);
    row_ = reinterpret_cast<uintptr_t>(call.features) + static_cast<uintptr_t>(row * stride_);
  }

  // Of as many values as are read meanwhile.
  void fetch(int64_t values) {
    for (due_ += values * value_; due_ >= kLine; due_ -= kLine) {
      __builtin_prefetch(reinterpret_cast<const void *>(row_ + static_cast<uintptr_t>(at_)), 0, 2);
      for (at_ += kLine; at_ >= length_; at_ -= length_) row_ += static_cast<uintptr_t>(stride_);
    }
  }

 private:
  static constexpr int64_t kLine = 64;

  int64_t value_, stride_, length_, at_ = 0, due_ = 0;
  uintptr_t row_;
};

class Tiles {
 public:
  explicit Tiles(const CosineCall &call)
      : call_(call),
        ahead_(call, 0),
        dots_(static_cast<size_t>(call.classes) * kPitch),
        squares_(kPitch) {
    bool rows = call.layout == ONELABEL_ROWS;
    int64_t at_once = rows ? std::max(kFewRows, kManyRows) * call.dimension : kCopiedDepth * kPitch;
    converted_.resize(static_cast<size_t>(at_once));
  }

  // One tile from vector `first` on; returns the number of vectors that are not finite. `packed`
  // holds the prototypes as pack() lays them out.
  int64_t run(int64_t first, const float *packed) {
    first_ = first;
    width_ = std::min(kTile, call_.count - first);
    ahead_ = Ahead(call_, first);
    if (call_.layout == ONELABEL_CHANNELS)
      channels();
    else if (call_.classes < kManyClasses)
      few_prototypes();
    else
      many_prototypes(packed);
    return finish();
  }

  // Prototypes dimension-major in blocks of kManyVectors registers, padded by zeros.
  static Aligned<float> pack(const CosineCall &call) {
    int64_t wide = kManyVectors * kLanes;
    int64_t padded = (call.classes + wide - 1) / wide * wide;
    Aligned<float> packed(static_cast<size_t>(padded * call.dimension));
    for (int64_t c = 0; c < call.classes; c++)
      for (int64_t d = 0; d < call.dimension; d++)
        packed[static_cast<size_t>((c / wide * call.dimension + d) * wide + c % wide)] =
            call.prototypes[c * call.dimension + d];
    return packed;
  }

 private:
  // Rows i, i + 1, ... of the tile as floats; behind the last one it is repeated.
  void rows(int64_t i, int count, const float **row) {
    for (int r = 0; r < count; r++) {
      int64_t n = first_ + std::min(i + r, width_ - 1);
      if (call_.type == ONELABEL_FLOAT32) {
        row[r] = static_cast<const float *>(call_.features) + n * call_.stride;
      } else {
        row[r] = converted_.data() + r * call_.dimension;
        read_floats(call_.features, call_.type, n * call_.stride, call_.dimension,
                    converted_.data() + r * call_.dimension);
      }
    }
  }

  void few_prototypes() {
    for (int64_t i = 0; i < width_; i += kFewRows) {
      const float *row[kFewRows];
      rows(i, kFewRows, row);
      for (int32_t c = 0; c < call_.classes; c += kFewClasses) {
        bool one = call_.classes - c == 1;
        if (c == 0)
          one ? few<1, true>(row, c, i) : few<kFewClasses, true>(row, c, i);
        else
          one ? few<1, false>(row, c, i) : few<kFewClasses, false>(row, c, i);
      }
    }
  }

  // Four rows with some prototypes, and with themselves where these are the first; behind the last
  // prototype it is repeated.
  template <int kClasses, bool kFirst>
  void few(const float *const *row, int32_t c, int64_t i) {
    const float *prototypes[kClasses];
    for (int j = 0; j < kClasses; j++)
      prototypes[j] = call_.prototypes + std::min(c + j, call_.classes - 1) * call_.dimension;
    Floats dots[kClasses][kFewRows] = {}, squares[kFewRows] = {};
    Ahead ahead = ahead_;
    auto add = [&](int64_t d, auto read) {
      Floats x[kFewRows];
      for (int r = 0; r < kFewRows; r++) {
        x[r] = read(row[r] + d);
        if (kFirst) squares[r] = multiply_add(x[r], x[r], squares[r]);
      }
      for (int j = 0; j < kClasses; j++) {
        Floats p = read(prototypes[j] + d);
        for (int r = 0; r < kFewRows; r++) dots[j][r] = multiply_add(x[r], p, dots[j][r]);
      }
    };
    int64_t d = 0;
    for (; d + kLanes <= call_.dimension; d += kLanes) {
      if (kFirst) ahead.fetch(kFewRows * kLanes);
      add(d, [](const float *from) { return load(from); });
    }
    if (d < call_.dimension) {
      if (kFirst) ahead.fetch(kFewRows * (call_.dimension - d));
      add(d, [&](const float *from) { return load_first(from, call_.dimension - d); });
    }
    if (kFirst) ahead_ = ahead;
    // The pitch leaves room for the rows behind the last one.
    if (kFirst) store_quad(squares_.data() + i, sums(squares));
    for (int j = 0; j < kClasses && c + j < call_.classes; j++)
      store_quad(dots_.data() + at(c + j, i), sums(dots[j]));
  }

  void many_prototypes(const float *packed) {
    for (int64_t i = 0; i < width_; i += kManyRows) {
      const float *row[kManyRows];
      rows(i, kManyRows, row);
      for (int r = 0; r < kManyRows && i + r < width_; r++)
        squares_[static_cast<size_t>(i + r)] = squared_length(row[r], call_.dimension);
      constexpr int32_t kWide = kManyVectors * kLanes;
      for (int32_t c = 0; c < call_.classes; c += kWide) {
        const float *block = packed + static_cast<int64_t>(c) * call_.dimension;
        many(row, block, c, i);
      }
    }
  }

  // Not inlined: in a larger function GCC keeps the sums in memory, at half of the speed.
  __attribute__((noinline)) void many(const float *const *row, const float *block, int32_t c,
                                      int64_t i) {
    constexpr int kWide = kManyVectors * kLanes;
    int64_t ahead = kManyRows * call_.stride;
    Floats dots[kManyRows][kManyVectors] = {};
    for (int64_t d = 0; d < call_.dimension; d += 16) {
      for (int r = 0; r < kManyRows; r++) __builtin_prefetch(row[r] + d + ahead);
      int64_t end = std::min(d + 16, call_.dimension);
      for (int64_t e = d; e < end; e++) {
        Floats p[kManyVectors];
        for (int v = 0; v < kManyVectors; v++) p[v] = load(block + e * kWide + v * kLanes);
        for (int r = 0; r < kManyRows; r++) {
          Floats x = broadcast(row[r][e]);
          for (int v = 0; v < kManyVectors; v++) dots[r][v] = multiply_add(x, p[v], dots[r][v]);
        }
      }
    }
    int32_t classes = std::min(kManyVectors * kLanes, call_.classes - c);
    for (int r = 0; r < kManyRows && i + r < width_; r++) {
      float values[kManyVectors * kLanes];
      for (int v = 0; v < kManyVectors; v++) store(values + v * kLanes, dots[r][v]);
      for (int32_t j = 0; j < classes; j++) dots_[at(c + j, i + r)] = values[j];
    }
  }

  void channels() {
    std::fill(squares_.begin(), squares_.end(), 0.f);
    std::fill(dots_.begin(), dots_.end(), 0.f);
    bool in_place =
        call_.type == ONELABEL_FLOAT32 && width_ == kTile && call_.classes < kManyClasses;
    int64_t step = in_place ? kDepth : kCopiedDepth;
    for (int64_t d = 0; d < call_.dimension; d += step) {
      int64_t depth = std::min(step, call_.dimension - d);
      const float *part = converted_.data();
      int64_t stride = kPitch;
      if (in_place) {
        part = static_cast<const float *>(call_.features) + d * call_.stride + first_;
        stride = call_.stride;
      } else {
        for (int64_t j = 0; j < depth; j++) copy_channel(d + j, converted_.data() + j * kPitch);
      }
      for (int64_t i = 0; i < width_; i += kChannelVectors * kLanes) {
        for (int32_t c = 0; c < call_.classes; c += 4) {
          switch (std::min(4, call_.classes - c)) {
            case 1:
              add_channels<1>(part + i, stride, d, depth, c, i);
              break;
            case 2:
              add_channels<2>(part + i, stride, d, depth, c, i);
              break;
            case 3:
              add_channels<3>(part + i, stride, d, depth, c, i);
              break;
            default:
              add_channels<4>(part + i, stride, d, depth, c, i);
          }
        }
      }
    }
  }

  void copy_channel(int64_t d, float *to) const {
    if (call_.type == ONELABEL_FLOAT32) {
      const float *ahead = static_cast<const float *>(call_.features) + (d + 2) * call_.stride;
      for (int64_t i = 0; i < width_; i += 16) __builtin_prefetch(ahead + first_ + i);
    }
    read_floats(call_.features, call_.type, d * call_.stride + first_, width_, to);
  }

  // A few registers of vectors with some prototypes, and with themselves where these are the first.
  template <int kClasses>
  void add_channels(const float *part, int64_t stride, int64_t d, int64_t depth, int32_t c,
                    int64_t i) {
    Floats dots[kClasses][kChannelVectors], squares[kChannelVectors];
    for (int v = 0; v < kChannelVectors; v++) {
      squares[v] = load(squares_.data() + i + v * kLanes);
      for (int k = 0; k < kClasses; k++)
        dots[k][v] = load(dots_.data() + at(c + k, i + v * kLanes));
    }
    const float *prototypes = call_.prototypes + c * call_.dimension + d;
    // The channels after these are a page or more away: no hardware prefetches them.
    int64_t ahead = kDepth * stride;
    for (int64_t j = 0; j < depth; j++) {
      Floats x[kChannelVectors];
      for (int v = 0; v < kChannelVectors; v++) {
        const float *from = part + j * stride + v * kLanes;
        x[v] = load(from);
        if (c == 0) {
          __builtin_prefetch(from + ahead);
          squares[v] = multiply_add(x[v], x[v], squares[v]);
        }
      }
      for (int k = 0; k < kClasses; k++) {
        Floats p = broadcast(prototypes[k * call_.dimension + j]);
        for (int v = 0; v < kChannelVectors; v++) dots[k][v] = multiply_add(x[v], p, dots[k][v]);
      }
    }
    for (int v = 0; v < kChannelVectors; v++) {
      if (c == 0) store(squares_.data() + i + v * kLanes, squares[v]);
      for (int k = 0; k < kClasses; k++)
        store(dots_.data() + at(c + k, i + v * kLanes), dots[k][v]);
    }
  }

  static size_t at(int64_t c, int64_t i) { return static_cast<size_t>(c * kPitch + i); }

  // Value d of vector i of the tile, as a float.
  float value(int64_t i, int64_t d) const {
    bool rows = call_.layout == ONELABEL_ROWS;
    int64_t n = first_ + i;
    float result;
    read_floats(call_.features, call_.type, rows ? n * call_.stride + d : d * call_.stride + n, 1,
                &result);
    return result;
  }

  // Which of the vectors of a register from i on have a value that is not zero.
  uint32_t not_zero(int64_t i) {
    int64_t count = std::min<int64_t>(kLanes, width_ - i);
    Ints seen = {};
    if (call_.layout == ONELABEL_CHANNELS) {
      Floats x = {};
      for (int64_t d = 0; d < call_.dimension; d++) {
        int64_t from = d * call_.stride + first_ + i;
        if (call_.type == ONELABEL_FLOAT32 && count == kLanes)
          x = load(static_cast<const float *>(call_.features) + from);
        else
          read_floats(call_.features, call_.type, from, count, reinterpret_cast<float *>(&x));
        seen |= (Ints)x;
      }
    } else {
      for (int64_t j = 0; j < count; j++) {
        const float *row;
        rows(i + j, 1, &row);
        seen[j] = all_zero(row, call_.dimension) ? 0 : 1;
      }
    }
    return bits((seen & 0x7FFFFFFF) != 0);
  }

  // Vectors of a register from i on whose squares are not to be relied on: from float64.
  void settle(int64_t i) {
    uint32_t lanes = not_zero(i);
    int64_t end = std::min<int64_t>(kLanes, width_ - i);
    for (int64_t j = 0; j < end; j++) {
      float &square = squares_[static_cast<size_t>(i + j)];
      if (ordinary(square)) continue;
      square = 0;
      if (!(lanes >> j & 1)) continue;
      double exact = 0;
      for (int64_t d = 0; d < call_.dimension; d++) {
        double x = value(i + j, d);
        exact += x * x;
      }
      square = exact <= kMost ? 1 : kNaN;
      for (int32_t c = 0; c < call_.classes && square == 1; c++) {
        double dot = 0;
        for (int64_t d = 0; d < call_.dimension; d++)
          dot += static_cast<double>(value(i + j, d)) * call_.prototypes[c * call_.dimension + d];
        dots_[at(c, i + j)] = static_cast<float>(dot / std::sqrt(exact));
      }
    }
  }

  // Turns the dots into scores, labels and margins.
  int64_t finish() {
    float labels[kTile], margins[kTile];
    for (int64_t i = 0; i < width_; i += kLanes) {
      Floats square = load(squares_.data() + i);
      if (bits((square < kLeastSquare) | (square > kMostSquare) | (square != square))) {
        settle(i);
        square = load(squares_.data() + i);
      }
      Floats scale = select(square > 0.f, 1.f / square_root(square), Floats{});
      scale = select(square <= kMost, scale, broadcast(kNaN));
      Floats best = broadcast(-kInfinity), second = best, label = {};
      for (int32_t c = 0; c < call_.classes; c++) {
        float *dot = dots_.data() + at(c, i);
        // A zero vector's score is 0, not minus 0.
        Floats score = select(scale == 0.f, Floats{}, load(dot) * scale);
        store(dot, score);
        Ints better = score > best;
        second = select(better, best, select(score > second, score, second));
        best = select(better, score, best);
        label = select(better, broadcast(static_cast<float>(c)), label);
      }
      Ints valid = scale == scale;
      store(labels + i, select(valid, label, broadcast(ONELABEL_NO_LABEL)));
      store(margins + i, select(valid, best - second, broadcast(kNaN)));
    }
    size_t bytes = static_cast<size_t>(width_) * 4;
    if (call_.scores)
      for (int32_t c = 0; c < call_.classes; c++)
        std::memcpy(call_.scores + c * call_.count + first_, dots_.data() + at(c, 0), bytes);
    if (call_.margins) std::memcpy(call_.margins + first_, margins, bytes);
    int64_t invalid = 0;
    for (int64_t i = 0; i < width_; i++) {
      uint8_t label = static_cast<uint8_t>(labels[i]);
      invalid += labels[i] == ONELABEL_NO_LABEL;
      if (call_.labels) call_.labels[first_ + i] = label;
    }
    return invalid;
  }

  const CosineCall &call_;
  int64_t first_ = 0, width_ = 0;
  Ahead ahead_;
  Aligned<float> dots_, squares_, converted_;
};

}  // namespace

void cosine(Parallel &parallel, const CosineCall &call) {
  Aligned<float> packed;
  if (call.layout == ONELABEL_ROWS && call.classes >= kManyClasses) packed = Tiles::pack(call);
  int64_t tiles = (call.count + kTile - 1) / kTile;
  // Several tiles a part share buffers, as long as every thread gets some parts.
  int64_t per_part = std::clamp<int64_t>(tiles / (8 * parallel.threads()), 1, 16);
  std::atomic<int64_t> invalid{0};
  parallel.run((tiles + per_part - 1) / per_part, [&](int64_t part) {
    Tiles buffers(call);
    int64_t end = std::min(tiles, (part + 1) * per_part), count = 0;
    for (int64_t tile = part * per_part; tile < end; tile++) {
      parallel.cancellation().check();
      count += buffers.run(tile * kTile, packed.data());
    }
    invalid += count;
  });
  if (call.invalid) *call.invalid = invalid.load();
}

}  // namespace ONELABEL_TIER
}  // namespace onelabel
