// Vectors in 16-bit fixed point: what the filter of knn.cpp multiplies.
//
// A vector y becomes whole numbers n of a unit u, y = u n + e, and the length of e is measured. The
// unit is such that n is no longer than kLongest: by Cauchy and Schwarz the products of two such
// vectors, and those of any part of them, add up to a number of 32 bits whatever the dimension, so
// their sum is exact. e is about sqrt(dimension / 12) units long: at 384 values 1/5800 of y, where
// bfloat16 loses 1/900 and its sums are rounded as well.
//
// A register holds as many products as it has 16-bit places, twice as many as of floats.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "aligned.h"
#include "panel.h"
#include "parallel.h"
#include "partition.h"
#include "tile.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// In units: below 2^15, with room for the rounding of lengths.
constexpr float kLongest = 32700;

// Products of two units are normal numbers.
constexpr float kLeastUnit = 0x1p-63f;

// Longer vectors are scored exactly: products with them may overflow float32.
constexpr float kMostLength = 0x1p61f;

inline float unit_of(float length) { return std::max(length / kLongest, kLeastUnit); }

inline int64_t pairs_of(int64_t dimension) { return (dimension + 1) / 2; }

// Rows lie in groups of kRows, pair d of all of them side by side: one pointer reads them in turn.
// So many pairs for `count` rows; what stands behind the last row is not looked at.
inline int64_t grouped_pairs(int64_t count, int64_t pairs) {
  return (count + kRows - 1) / kRows * kRows * pairs;
}

// Writes pairs_of(dimension) pairs; an odd value gets a 0 beside it. Returns the squared length of
// what rounding took away. A value is no longer than its vector, so all fit; where one is not
// finite, neither counts.
inline float to_fixed(const float *from, int64_t dimension, float unit, int32_t *pairs) {
  constexpr float kRound = 12582912.f;  // 1.5 * 2^23: adding it leaves a whole number
  int16_t *to = reinterpret_cast<int16_t *>(pairs);
  Floats lost = {};
  float places = 1 / unit;
  auto round = [&](Floats y, int16_t *shorts) {
    Floats shifted = y * places + kRound;
    store_short(shorts, (Ints)((Bits)shifted - 0x4B400000u));
    Floats rest = y - (shifted - kRound) * unit;
    lost = multiply_add(rest, rest, lost);
  };
  int64_t d = 0;
  for (; d + kLanes <= dimension; d += kLanes) round(load(from + d), to + d);
  if (d < dimension) {
    int16_t last[kLanes];
    round(load_first(from + d, dimension - d), last);
    std::copy_n(last, dimension - d, to + d);
  }
  if (dimension % 2) to[dimension] = 0;
  return sum(lost);
}

// Of a vector of this length: what rounding took away, at most, from its measured square.
inline float lost_of(float square, float length, int64_t dimension) {
  // The rests themselves are rounded.
  return std::sqrt(square) + 0x1p-22f * length + underflow(dimension);
}

// Moves and rounds rows; turns their offsets, NaN where a row is not finite, into those of the
// moved rows. `to` has room for the grouped pairs.
inline FixedRows fixed_rows(const Tile &tile, const Aligned<float> &centre, bool l2, float *offsets,
                            int32_t *to) {
  int64_t dimension = static_cast<int64_t>(centre.size()), pairs = pairs_of(dimension);
  Aligned<float> moved(centre.size());
  Aligned<int32_t> rounded(static_cast<size_t>(pairs));
  auto move = [&](int64_t r) {
    const float *row = tile.rows + r * tile.stride;
    float scale = tile.scales[r];
    Floats squares = {};
    int64_t d = 0;
    for (; d + kLanes <= dimension; d += kLanes) {
      Floats y = load(row + d) * scale - load(centre.data() + d);
      store(moved.data() + d, y);
      squares = multiply_add(y, y, squares);
    }
    if (d < dimension) {
      Floats y =
          load_first(row + d, dimension - d) * scale - load_first(centre.data() + d, dimension - d);
      store_first(moved.data() + d, y, dimension - d);
      squares = multiply_add(y, y, squares);
    }
    return sum(squares);
  };
  float longest = 0, farthest = 0;
  for (int64_t r = 0; r < tile.count; r++) {
    float square = move(r);
    if (offsets[r] != offsets[r]) continue;  // not finite: NaN keeps it out
    offsets[r] = l2 ? -square / 2 : 0;
    longest = std::max(longest, square);
  }
  longest = std::sqrt(longest) + underflow(dimension);
  float unit = unit_of(longest);
  // Moved again: only now the unit is known.
  for (int64_t r = 0; r < tile.count; r++) {
    move(r);
    float lost = to_fixed(moved.data(), dimension, unit, rounded.data());
    int32_t *group = to + r / kRows * kRows * pairs + r % kRows;
    for (int64_t d = 0; d < pairs; d++) group[d * kRows] = rounded[static_cast<size_t>(d)];
    if (offsets[r] == offsets[r]) farthest = std::max(farthest, lost);
  }
  return {to, unit, longest, lost_of(farthest, longest, dimension)};
}

// The rows of a partition's leaves in fixed point.
class FixedLeaves {
 public:
  FixedLeaves(Parallel &parallel, const Partition &database, const Aligned<float> &centre)
      : leaf_pairs_(grouped_pairs(kLeafRows, pairs_of(static_cast<int64_t>(centre.size())))),
        pairs_(static_cast<size_t>(database.leaves() * leaf_pairs_)),
        offsets_(static_cast<size_t>(database.size())),
        leaves_(static_cast<size_t>(database.leaves())) {
    Aligned<float> scales(kLeafRows, 1.f);
    int64_t dimension = static_cast<int64_t>(centre.size());
    parallel.run(database.leaves(), [&](int64_t leaf) {
      int64_t first = database.first(leaf);
      leaves_[static_cast<size_t>(leaf)] =
          fixed_rows(leaf_tile(database, leaf, dimension, scales.data()), centre, true,
                     offsets_.data() + first, pairs_.data() + leaf * leaf_pairs_);
    });
  }

  FixedRows of(int64_t leaf) const { return leaves_[static_cast<size_t>(leaf)]; }
  const float *offsets(int64_t leaf) const { return offsets_.data() + leaf * kLeafRows; }

 private:
  const int64_t leaf_pairs_;
  Aligned<int32_t> pairs_;
  Aligned<float> offsets_;
  std::vector<FixedRows> leaves_;
};

// Dot products with a group of rows plus a number for each. The panel holds pair d of its queries
// at d * kPanel; `units` are those of the queries times that of the rows.
inline void fixed_scores(const int32_t *panel, const int32_t *rows, const float *const *offsets,
                         const Floats *units, int64_t pairs, Scores &s) {
  Ints sums[kRows][kVectors] = {};
  for (int64_t d = 0; d < pairs; d++) {
    Ints q[kVectors];
    for (int v = 0; v < kVectors; v++)
      std::memcpy(&q[v], panel + d * kPanel + v * kLanes, sizeof q[v]);
    for (int r = 0; r < kRows; r++) {
      Ints x = rows[d * kRows + r] - Ints{};
      for (int v = 0; v < kVectors; v++) sums[r][v] = add_products(q[v], x, sums[r][v]);
    }
  }
  for (int r = 0; r < kRows; r++)
    for (int v = 0; v < kVectors; v++)
      s[r][v] = multiply_add(__builtin_convertvector(sums[r][v], Floats), units[v],
                             broadcast(*offsets[r]));
}

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
