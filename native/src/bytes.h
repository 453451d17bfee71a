// Vectors in 8-bit fixed point: the first level of the filter of knn.cpp, for many dimensions.
//
// As in fixed.h a vector becomes whole numbers of a unit, and the length of what rounding takes
// away is measured: about 1/65 of the vector at 384 values, with VNNI 1/120. That lets more rows
// pass than 16 bits, which then decide (fixed.h), but a register holds twice as many products.
//
// Rows are stored as n + kByteOffset, without a sign: that is how processors multiply. Sums begin
// with what the offset adds, less.
//
// With VNNI sums have 32 bits. Without, they have 16 and may wrap around on the way: they are right
// in the end if what they stand for fits. By Cauchy and Schwarz it does where neither vector is
// longer than 181 in a part, so parts are few dimensions and the sums of one are joined to 32 bits.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "aligned.h"
#include "fixed.h"
#include "matrix.h"
#include "panel.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// The largest magnitudes in rows and queries. Without VNNI a pair of products fits 16 bits:
// 2 * (96 + 95) * 85 < 2^15.
constexpr int32_t kByteOffset = kWideByteSums ? 128 : 96;
constexpr float kMostRowByte = kWideByteSums ? 127 : 95, kMostQueryByte = kWideByteSums ? 127 : 85;

// A part has so many words of four values. Half of it goes to one sum of 16 bits: no longer than
// 181, less what rounding adds, half a unit a value.
constexpr int64_t kPartWords = kWideByteSums ? int64_t{1} << 32 : 32;
constexpr float kLongestHalf = kWideByteSums ? std::numeric_limits<float>::infinity() : 176;

// Sums of 32 bits fit up to 2^17 dimensions; little enough of a number is lost when it becomes one
// of float32.
constexpr int64_t kMostByteDimensions = 1 << 16;

inline int64_t words_of(int64_t dimension) { return (dimension + 3) / 4; }

// Words that are stored of a row or a query: for the matrix unit zeros up to a whole tile.
inline int64_t stored_words(int64_t dimension) {
  int64_t words = words_of(dimension);
  return kMatrixProducts ? (words + kMatrixWords - 1) / kMatrixWords * kMatrixWords : words;
}

// A panel's words: before those of each part stand the numbers that its sums begin with.
inline int64_t panel_words(int64_t dimension) {
  int64_t words = words_of(dimension);
  return stored_words(dimension) + (words + kPartWords - 1) / kPartWords;
}

// Rows lie in groups (grouped_words()), for the matrix unit one by one: so many words for `count`.
inline int64_t byte_row_words(int64_t count, int64_t dimension) {
  int64_t together = kMatrixProducts ? kMatrixRows : kRows;
  return (count + together - 1) / together * together * stored_words(dimension);
}

inline void into_byte_rows(const int32_t *words, int64_t dimension, int64_t r, int32_t *rows) {
  if (kMatrixProducts)
    std::copy_n(words, words_of(dimension), rows + r * stored_words(dimension));
  else
    into_group(words, words_of(dimension), r, rows);
}

// The least unit in which no value is larger than `most` and no half of a part too long.
inline float byte_unit(const float *values, int64_t dimension, float most) {
  Floats largest = {};
  float longest = 0;
  for (int64_t first = 0; first < dimension; first += 4 * kPartWords) {
    Floats squares = {};
    int64_t end = std::min(dimension, first + 4 * kPartWords), d = first;
    auto add = [&](Floats y) {
      largest = larger(magnitude(y), largest);
      squares = multiply_add(y, y, squares);
    };
    for (; d + kLanes <= end; d += kLanes) add(load(values + d));
    if (d < end) add(load_first(values + d, end - d));
    // Values 0 and 1 of every four, and 2 and 3.
    Quad four = quarter(squares, [](auto a, auto b) { return a + b; });
    longest = std::max(longest, std::max(four[0] + four[1], four[2] + four[3]));
  }
  float value = reduce(largest, [](auto a, auto b) { return a > b ? a : b; });
  // A little more, for what float32 rounds.
  float unit = std::max(value / most, std::sqrt(longest) / kLongestHalf) * 1.0001f;
  return std::max(unit, kLeastUnit);
}

// Writes words_of(dimension) words of n + offset, zeros behind the last value. Returns the squared
// length of what rounding took away.
inline float to_bytes(const float *from, int64_t dimension, float unit, int32_t offset,
                      int32_t *words) {
  uint8_t *to = reinterpret_cast<uint8_t *>(words);
  std::fill(to + dimension, to + 4 * words_of(dimension), uint8_t{0});
  return round_values(from, dimension, unit, to, [offset](uint8_t *bytes, Ints whole) {
    store_bytes(bytes, (Ints)((Bits)whole + static_cast<uint32_t>(offset)));
  });
}

// What the sums of a part begin with: minus what the rows' offset adds.
inline int32_t beginning(const int32_t *words, int64_t count) {
  const int8_t *bytes = reinterpret_cast<const int8_t *>(words);
  int32_t low = 0, high = 0;
  for (int64_t w = 0; w < count; w++) {
    low -= kByteOffset * (bytes[4 * w] + bytes[4 * w + 1]);
    high -= kByteOffset * (bytes[4 * w + 2] + bytes[4 * w + 3]);
  }
  if (kWideByteSums) return low + high;
  return static_cast<int32_t>((static_cast<uint32_t>(high) << 16) | (low & 0xFFFF));
}

// A query's words into its place of a panel.
inline void into_panel(const int32_t *words, int64_t count, int32_t *panel) {
  for (int64_t first = 0; first < count; first += kPartWords) {
    int64_t part = std::min(kPartWords, count - first);
    *panel = beginning(words + first, part);
    panel += kPanel;
    for (int64_t w = 0; w < part; w++, panel += kPanel) *panel = words[first + w];
  }
}

// Dot products with a group of rows plus a number for each, as fixed_scores().
inline void byte_scores(const int32_t *panel, const int32_t *rows, const float *const *offsets,
                        const Floats *units, int64_t words, Scores &s) {
  auto read = [&](Ints *q) {
    for (int v = 0; v < kVectors; v++) std::memcpy(&q[v], panel + v * kLanes, sizeof q[v]);
    panel += kPanel;
  };
  Ints totals[kRows][kVectors] = {};
  for (int64_t first = 0; first < words; first += kPartWords) {
    Ints sums[kRows][kVectors], q[kVectors];
    read(q);
    for (int r = 0; r < kRows; r++)
      for (int v = 0; v < kVectors; v++) sums[r][v] = q[v];
    for (int64_t end = std::min(words, first + kPartWords), w = first; w < end; w++) {
      read(q);
      for (int r = 0; r < kRows; r++) {
        Ints x = rows[w * kRows + r] - Ints{};
        for (int v = 0; v < kVectors; v++) sums[r][v] = add_byte_products(x, q[v], sums[r][v]);
      }
    }
    for (int r = 0; r < kRows; r++)
      for (int v = 0; v < kVectors; v++) totals[r][v] += join_byte_sums(sums[r][v]);
  }
  scores_of(totals, units, offsets, s);
}

// The same of kMatrixRows rows, from which scores() are taken kRows at a time.
class MatrixScores {
 public:
  void multiply(const int32_t *panel, const int32_t *rows, int64_t words) {
    matrix_sums(panel, rows, words, sums_);
  }

  void scores(int first, const float *const *offsets, const Floats *units, Scores &s) const {
    Ints sums[kRows][kVectors];
    std::memcpy(sums, sums_ + first * kPanel, sizeof sums);
    scores_of(sums, units, offsets, s);
  }

 private:
  alignas(64) int32_t sums_[kMatrixRows * kPanel];
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
