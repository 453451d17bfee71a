// Queries and database rows that are hard to tell apart.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

// Rounded at worst: as bfloat16, 16-bit fixed point, 8-bit fixed point without and with VNNI.
constexpr int kPlainKinds = 7, kHalfAtWorst = 7, kFixedAtWorst = 8, kBytesAtWorst = 9,
              kWideBytesAtWorst = 10, kLargestSums = 11, kBetweenClumps = 12, kKindsOfRows = 13;

// For a filter that works on rounded numbers.
inline bool hard_to_filter(int kind) { return kind >= kHalfAtWorst && kind <= kLargestSums; }

struct HardRows {
  std::vector<float> queries, database;
};

// Rows whose scores a filter's rounding gets as wrong as its bounds allow. In one half of the
// dimensions all values lie just where rounding takes half a place away, in the other where
// it adds one. First come rows of the second half, that look better than they are; at the end rows
// of the first half, a little better and looking worse: a filter whose bound is too tight drops
// them. All have the length of the queries, a power of two, so the order is the same for every
// metric. Two rows after a row comes its opposite: the mean is zero. 18 dimensions at least, a
// multiple of 4 rows. In half of the cases queries are rounded as badly, else they are exact.
template <typename Random>
HardRows rounded_at_worst(Random &random, int kind, int64_t queries, int64_t rows,
                          int64_t dimension) {
  const int64_t half = dimension >= 256 ? 126 : dimension >= 66 ? 31 : 7;
  const double square = dimension >= 256 ? 256 : dimension >= 66 ? 64 : 16;
  const bool fixed = kind == kFixedAtWorst, wide = kind == kWideBytesAtWorst;
  const bool bytes = wide || kind == kBytesAtWorst;
  // Places of numbers about 1, and of those below 16. In 16 bits the length of a row is 32700 units
  // (fixed.h), in 8 bits its largest value is 95 or 127 of them, and a bit (bytes.h).
  const double largest = 0.625 * std::sqrt(square), bit = 1.0001;
  const double place = bytes   ? bit * largest / (wide ? 127 : 95)
                       : fixed ? std::sqrt(square) / 32700
                               : 1. / 128;
  const double coarse = fixed ? place : 1. / 16;
  const double whole = std::floor(1 / place + 0.25);
  const float down = static_cast<float>((whole + 0.49) * place);
  const float up = static_cast<float>((whole + 0.51) * place);
  const double step = fixed ? 2e-6 : 8e-5;
  const bool exact = random() & 1;
  double query_place = place, query_whole = whole;
  if (bytes) {
    // Its last value is the largest, 85 or 127 units: all have the length that they should.
    query_whole = wide ? 60 : 18;
    double left = query_whole + (exact ? 0 : 0.49), right = query_whole + (exact ? 0 : 0.51);
    query_place = bit / (wide ? 127 : 85);
    double squares = double(half) * (left * left + right * right) * query_place * query_place;
    query_place *= std::sqrt((square - 1) / (1 + squares));
  }
  const float first = static_cast<float>((query_whole + (exact ? 0 : 0.49)) * query_place);
  const float second = static_cast<float>((query_whole + (exact ? 0 : 0.51)) * query_place);
  std::normal_distribution<float> normal;
  HardRows hard{std::vector<float>(static_cast<size_t>(queries * dimension)),
                std::vector<float>(static_cast<size_t>(rows * dimension))};
  std::vector<float> signs(static_cast<size_t>(dimension));
  for (float &sign : signs) sign = random() & 1 ? 1.f : -1.f;
  auto set = [&](float *row, float left, float right) {
    std::fill(row, row + half, left);
    std::fill(row + half, row + 2 * half, right);
  };
  auto lack = [&](const float *row) {
    double rest = square;
    for (int64_t d = 0; d < dimension; d++) rest -= double(row[d]) * row[d];
    return rest;
  };
  auto finish = [&](float *row, float sign) {
    for (int64_t d = 0; d < dimension; d++) row[d] *= sign * signs[static_cast<size_t>(d)];
  };
  for (int64_t i = 0; i < queries; i++) {
    float *query = hard.queries.data() + i * dimension;
    set(query, first, second);
    query[2 * half] = 1;
    query[2 * half + 1] = static_cast<float>(std::sqrt(lack(query)));
    finish(query, i % 2 ? -1.f : 1.f);
  }
  const int64_t pairs = rows / 2, early = std::min<int64_t>(24, pairs / 2), late = 6;
  for (int64_t i = 0; i < pairs; i++) {
    float *row = hard.database.data() + (i / 2 * 4 + i % 2) * dimension;
    if (i < early) {
      set(row, 0, up);
    } else if (i >= pairs - late) {
      set(row, down, 0);
      row[2 * half] =
          static_cast<float>(double(half) * (double(second) * up - double(first) * down) +
                             step * square * double(i - (pairs - late) + 1));
    } else {
      // Far from every query.
      for (int64_t d = 0; d + 1 < half; d += 2) row[d + 1] = -(row[d] = 0.5f * normal(random));
      for (int64_t d = half; d + 1 < 2 * half; d += 2)
        row[d + 1] = -(row[d] = 0.5f * normal(random));
    }
    if (i < early || i >= pairs - late) {
      // What is not rounded, and the rest.
      double fill = bytes ? largest : std::floor(std::sqrt(lack(row)) / coarse) * coarse;
      row[2 * half + 2] = static_cast<float>(fill);
      row[2 * half + 3] = static_cast<float>(std::sqrt(lack(row)));
    }
    finish(row, 1);
    for (int64_t d = 0; d < dimension; d++) row[2 * dimension + d] = -row[d];
  }
  return hard;
}

// Groups of eight rows and their queries that are almost multiples of each other, so that their
// sums of products are as large as can be: of all dimensions alike, or of two neighbours alone.
template <typename Random>
HardRows largest_sums(Random &random, int64_t queries, int64_t rows, int64_t dimension) {
  std::uniform_real_distribution<float> length(1.f, 1.1f), noise(-1e-3f, 1e-3f);
  const int64_t groups = rows / 8, pairs = dimension / 2;
  const bool pair = random() & 1;
  std::vector<float> patterns(static_cast<size_t>(groups * dimension));
  for (int64_t i = 0; i < groups * dimension; i++)
    if (!pair || i % dimension / 2 == i / dimension % pairs)
      patterns[static_cast<size_t>(i)] = random() & 1 ? 1.f : -1.f;
  auto vary = [&](int64_t count) {
    std::vector<float> values(static_cast<size_t>(count * dimension));
    for (int64_t i = 0; i < count; i++) {
      float scale = length(random);
      for (int64_t d = 0; d < dimension; d++)
        values[static_cast<size_t>(i * dimension + d)] =
            scale * patterns[static_cast<size_t>(i % groups * dimension + d)] + noise(random);
    }
    return values;
  };
  return {vary(queries), vary(rows)};
}

// Clumps of as many rows as a leaf of the search has, and queries halfway between two of them:
// boxes are as near as their rows.
template <typename Random>
HardRows between_clumps(Random &random, int64_t queries, int64_t rows, int64_t dimension) {
  constexpr int64_t kClump = 128;
  std::uniform_real_distribution<float> uniform;
  std::uniform_int_distribution<int64_t> clump(0, std::max<int64_t>(0, rows / kClump - 2));
  HardRows hard{std::vector<float>(static_cast<size_t>(queries * dimension)),
                std::vector<float>(static_cast<size_t>(rows * dimension))};
  for (float &value : hard.queries) value = 0.01f * uniform(random);
  for (float &value : hard.database) value = 0.01f * uniform(random);
  for (int64_t i = 0; i < queries; i++)
    hard.queries[static_cast<size_t>(i * dimension)] =
        10 * static_cast<float>(clump(random)) + 5.2f + 0.6f * uniform(random);
  for (int64_t i = 0; i < rows; i++)
    hard.database[static_cast<size_t>(i * dimension)] =
        10 * static_cast<float>(i / kClump) + uniform(random);
  return hard;
}

// Puts more queries and rows, in two tight clumps opposite to each other, behind those that are
// there: most rows are far from most queries, and the search goes by leaves.
template <typename Random>
void add_clumps(HardRows &hard, Random &random, int64_t queries, int64_t rows, int64_t dimension) {
  std::uniform_real_distribution<float> uniform(-1e-3f, 1e-3f);
  std::vector<float> centre(static_cast<size_t>(dimension));
  for (float &value : centre) value = random() & 1 ? 0.5f : -0.5f;
  auto add = [&](std::vector<float> &to, int64_t count) {
    for (int64_t i = 0; i < count; i++)
      for (float value : centre) to.push_back((i % 2 ? value : -value) + uniform(random));
  };
  add(hard.queries, queries);
  add(hard.database, rows);
}

// Rows of one of the first kPlainKinds kinds.
template <typename Random>
std::vector<float> rows_of_kind(Random &random, int kind, int64_t count, int64_t dimension) {
  std::normal_distribution<float> normal;
  std::vector<float> rows(static_cast<size_t>(count * dimension));
  for (int64_t i = 0; i < count; i++)
    for (int64_t d = 0; d < dimension; d++) {
      float &value = rows[static_cast<size_t>(i * dimension + d)] = normal(random);
      if (kind == 1) value = value * 0.01f + static_cast<float>((i % 7) * (d % 3));  // clusters
      if (kind == 2) value = std::round(value * 0.6f);                               // ties
      if (kind == 3) value = value * 0.001f + 10;                                    // far away
      if (kind == 4) value = 1;                                                      // all equal
      if (kind == 5) value = std::ldexp(value, static_cast<int>(i % 40) - 20);       // all lengths
      if (kind == 6) value += d == i % dimension ? 1e4f : 0;  // one direction
    }
  return rows;
}

// One of kKindsOfRows kinds.
template <typename Random>
HardRows hard_rows(Random &random, int kind, int64_t queries, int64_t rows, int64_t dimension) {
  if (kind == kLargestSums) return largest_sums(random, queries, rows, dimension);
  if (hard_to_filter(kind)) return rounded_at_worst(random, kind, queries, rows, dimension);
  if (kind == kBetweenClumps) return between_clumps(random, queries, rows, dimension);
  HardRows hard;
  hard.queries = rows_of_kind(random, kind, queries, dimension);
  hard.database = rows_of_kind(random, kind, rows, dimension);
  return hard;
}
