// Vectors in 16-bit fixed point: what the filter of knn.cpp multiplies.
//
// A vector y becomes whole numbers n of a unit u, y = u n + e, and the length of e is measured. The
// unit is such that n is no longer than kLongest: by Cauchy and Schwarz the products of two such
// vectors, and those of any part of them, add up to a number of 32 bits whatever the dimension, so
// their sum is exact. e is about sqrt(dimension / 12) units long: at 384 values 1/5800 of y, where
// bfloat16 loses 1/900 and its sums are rounded as well.
//
// A register holds as many products as it has 16-bit places, twice as many as of floats.
// In many dimensions 8 bits come first (bytes.h).
#pragma once

#include <algorithm>
#include <cmath>

#include "panel.h"
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

// Adding it leaves a whole number: 1.5 * 2^23, and its bits.
constexpr float kWhole = 12582912.f;
constexpr uint32_t kWholeBits = 0x4B400000;

inline int64_t pairs_of(int64_t dimension) { return (dimension + 1) / 2; }

// Rows lie in groups of kRows, word w of all of them side by side: one pointer reads them in turn.
// So many words for `count` rows; what stands behind the last row is not looked at.
inline int64_t grouped_words(int64_t count, int64_t words) {
  return (count + kRows - 1) / kRows * kRows * words;
}

inline void into_group(const int32_t *words, int64_t count, int64_t r, int32_t *groups) {
  int32_t *group = groups + r / kRows * kRows * count + r % kRows;
  for (int64_t w = 0; w < count; w++) group[w * kRows] = words[w];
}

// Rounds values to whole numbers of a unit, which store(number *, Ints) writes a register at a
// time. Returns the squared length of what rounding took away.
template <typename Number, typename Store>
inline float round_values(const float *from, int64_t dimension, float unit, Number *to,
                          Store store) {
  Floats lost = {};
  float places = 1 / unit;
  auto round = [&](Floats y, Number *numbers) {
    Floats shifted = y * places + kWhole;
    store(numbers, (Ints)((Bits)shifted - kWholeBits));
    Floats rest = y - (shifted - kWhole) * unit;
    lost = multiply_add(rest, rest, lost);
  };
  int64_t d = 0;
  for (; d + kLanes <= dimension; d += kLanes) round(load(from + d), to + d);
  if (d < dimension) {
    Number last[kLanes];
    round(load_first(from + d, dimension - d), last);
    std::copy_n(last, dimension - d, to + d);
  }
  return sum(lost);
}

// Writes pairs_of(dimension) pairs; an odd value gets a 0 beside it. Returns the squared length of
// what rounding took away. A value is no longer than its vector, so all fit; where one is not
// finite, neither counts.
inline float to_fixed(const float *from, int64_t dimension, float unit, int32_t *pairs) {
  int16_t *to = reinterpret_cast<int16_t *>(pairs);
  if (dimension % 2) to[dimension] = 0;
  return round_values(from, dimension, unit, to, store_short);
}

// Of a vector of this length: what rounding took away, at most, from its measured square.
inline float lost_of(float square, float length, int64_t dimension) {
  // The rests themselves are rounded.
  return std::sqrt(square) + 0x1p-22f * length + underflow(dimension);
}

// The scores that sums of products stand for: times the units of both sides, plus a number for each
// row.
inline void scores_of(const Ints (&sums)[kRows][kVectors], const Floats *units,
                      const float *const *offsets, Scores &s) {
  for (int r = 0; r < kRows; r++)
    for (int v = 0; v < kVectors; v++)
      s[r][v] = multiply_add(__builtin_convertvector(sums[r][v], Floats), units[v],
                             broadcast(*offsets[r]));
}

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
  scores_of(sums, units, offsets, s);
}

// Vectors that are compared one by one have zeros behind them up to a whole register.
inline int64_t padded_pairs(int64_t dimension) {
  return (pairs_of(dimension) + kLanes - 1) / kLanes * kLanes;
}

// The dot product of one query and one row, in units of both.
inline float fixed_product(const int32_t *query, const int32_t *row, int64_t padded) {
  Ints sums[2] = {};
  auto add = [&](int64_t d, Ints &sum) {
    Ints q, x;
    std::memcpy(&q, query + d, sizeof q);
    std::memcpy(&x, row + d, sizeof x);
    sum = add_products(q, x, sum);
  };
  int64_t d = 0;
  for (; d + 2 * kLanes <= padded; d += 2 * kLanes) {
    add(d, sums[0]);
    add(d + kLanes, sums[1]);
  }
  if (d < padded) add(d, sums[0]);
  Ints both = sums[0] + sums[1];
  int32_t total = 0;
  for (int lane = 0; lane < kLanes; lane++) total += both[lane];
  return static_cast<float>(total);
}

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
