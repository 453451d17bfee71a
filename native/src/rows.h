// Rows of a database in memory, and what reads them tile by tile.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "aligned.h"
#include "calls.h"
#include "simd.h"
#include "tile.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// Row 0 has the number `first` in the database.
struct RowMatrix {
  const void *values;
  int32_t type;
  int64_t count, stride, dimension, first;
};

inline RowMatrix rows_of(const SearchCall &call) {
  return {call.database, call.type, call.database_count, call.database_stride, call.dimension, 0};
}

// What a tile of rows may take of the first-level cache.
constexpr int64_t kTileBytes = 32 * 1024;

// Rows of a tile of which each value takes so many bytes there.
inline int64_t tile_rows(int64_t dimension, int64_t value_bytes) {
  int64_t row_bytes = std::max<int64_t>(1, dimension * value_bytes);
  return std::clamp<int64_t>(kTileBytes / row_bytes, 32, 1024) / kRows * kRows;
}

// How many of the first `count` rows of a tile are not finite.
inline int64_t not_finite(const Tile &tile, int64_t count) {
  int64_t found = 0;
  for (int64_t r = 0; r < count; r++) found += tile.offsets[r] != tile.offsets[r] ? 1 : 0;
  return found;
}

// The mean of some rows, scaled as the metric wants: moved by it they are short, and so is what
// rounding takes away.
inline Aligned<float> centre_of(const RowMatrix &rows, int32_t metric) {
  Aligned<float> row(static_cast<size_t>(rows.dimension)), mean(row.size());
  int64_t step = std::max<int64_t>(1, rows.count / 1024), taken = 0;
  for (int64_t r = 0; r < rows.count; r += step) {
    read_floats(rows.values, rows.type, r * rows.stride, rows.dimension, row.data());
    float square = squared_length(row.data(), rows.dimension);
    if (!(square <= kMost)) continue;
    float scale = metric != ONELABEL_COSINE ? 1 : square > 0 ? 1 / std::sqrt(square) : 0;
    for (size_t d = 0; d < row.size(); d++) mean[d] += row[d] * scale;
    taken++;
  }
  for (float &value : mean) value = taken ? value / static_cast<float>(taken) : 0;
  for (float &value : mean) value = std::fabs(value) < 1e18f ? value : 0;
  return mean;
}

// Tiles of rows that have not been read before. What read() gives is good until its next call.
class TileReader {
 public:
  TileReader(int32_t metric, int64_t most_rows)
      : metric_(metric),
        offsets_(static_cast<size_t>(most_rows)),
        scales_(static_cast<size_t>(most_rows)) {}

  // `count` rows from row `first` on, as they are.
  Tile read(const RowMatrix &rows, int64_t first, int64_t count) {
    const float *values;
    int64_t stride, dimension = rows.dimension;
    if (rows.type == ONELABEL_FLOAT32) {
      values = static_cast<const float *>(rows.values) + first * rows.stride;
      stride = rows.stride;
    } else {
      converted_.resize(static_cast<size_t>(count * dimension));
      for (int64_t r = 0; r < count; r++)
        read_floats(rows.values, rows.type, (first + r) * rows.stride, dimension,
                    converted_.data() + r * dimension);
      values = converted_.data();
      stride = dimension;
    }
    measure(count, dimension, values, stride);
    float longest = 0;
    for (int64_t r = 0; r < count; r++) {
      size_t at = static_cast<size_t>(r);
      float square = scales_[at];
      bool valid = square <= kMost;
      offsets_[at] = !valid ? kNaN : metric_ == ONELABEL_SQUARED_L2 ? -square / 2 : 0;
      scales_[at] = 1;
      if (metric_ == ONELABEL_COSINE) scales_[at] = square > 0 ? 1 / std::sqrt(square) : 0;
      if (valid) longest = std::max(longest, square);
    }
    longest = metric_ == ONELABEL_COSINE ? 1 : std::sqrt(longest);
    return {values,  stride, count, rows.first + first, nullptr, offsets_.data(), scales_.data(),
            longest, {},     {}};
  }

  // Those of the last tile.
  float *offsets() { return offsets_.data(); }

 private:
  // Squared lengths of `count` rows, into scales_; NaN for what is not finite. Short rows of a
  // cosine are lengthened, in a copy of all rows that takes their place.
  void measure(int64_t count, int64_t dimension, const float *&rows, int64_t &stride) {
    int64_t step = stride, odd = 0;
    const float *from = rows;
    for (int64_t r = 0; r < count; r++) {
      float square = squared_length(from + r * step, dimension);
      scales_[static_cast<size_t>(r)] = square;
      odd += ordinary(square) ? 0 : 1;
    }
    for (int64_t r = 0; r < count && odd; r++) {
      float &square = scales_[static_cast<size_t>(r)];
      if (ordinary(square)) continue;
      double exact = exact_square(rows + r * stride, dimension);
      square = static_cast<float>(exact);
      if (metric_ != ONELABEL_COSINE || !(exact > 0 && exact < kLeastSquare)) continue;
      if (rows != converted_.data()) {
        converted_.resize(static_cast<size_t>(count * dimension));
        for (int64_t i = 0; i < count; i++)
          std::copy_n(rows + i * stride, dimension, converted_.data() + i * dimension);
        rows = converted_.data();
        stride = dimension;
      }
      float *row = converted_.data() + r * dimension;
      lengthen(row, dimension, exact, row);
      square = squared_length(row, dimension);
    }
  }

  const int32_t metric_;
  Aligned<float> offsets_, scales_, converted_;
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
