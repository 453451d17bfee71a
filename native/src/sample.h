// What the k-th best score of a query most likely reaches, from a sample of the rows.
//
// Of n rows in any order k (1 + ln(n / k)) are among the k best for a while, and each has to be
// scored exactly and kept. For many neighbours that is most of the work. The r-th best of every
// 16th row, with r a little more than k / 16, is below the k-th best of all: rows that do not reach
// it are left out from the beginning. r is five standard deviations more than the number of the k
// best rows that the sample has on average; where it is too few all the same a query ends with
// fewer than k rows, and is searched for again without.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "aligned.h"
#include "calls.h"
#include "database.h"
#include "rows.h"
#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// Below this k the sample costs more than it saves. One of so many rows is taken.
constexpr int32_t kSampledNeighbours = 48;
constexpr int64_t kSampledRow = 16;
// Values of a sample, at most.
constexpr int64_t kSampleValues = int64_t{1} << 24;

// Rows that are among the k best of `rows` for a while.
inline double passing(double k, double rows) {
  return k * (1 + std::log(std::max(1., rows / std::max(k, 1.))));
}

class Sample {
 public:
  // One of kSampledRow rows, or of more, that the call allows.
  Sample(const SearchCall &call, const Segments &segments) {
    int64_t rows = call.database_count, dimension = call.dimension;
    int64_t step = std::max(kSampledRow, rows * std::max<int64_t>(1, dimension) / kSampleValues);
    values_.reserve(static_cast<size_t>((rows / step + 1) * dimension));
    uint64_t random = 0x9E3779B97F4A7C15u;
    for (int64_t first = 0; first + step <= rows; first += step) {
      // Any one of the next: rows may repeat in a pattern.
      random = random * 6364136223846793005u + 1442695040888963407u;
      int64_t row = first + static_cast<int64_t>((random >> 33) % static_cast<uint64_t>(step));
      if (call.allowed && !(call.allowed[row >> 3] >> (row & 7) & 1)) continue;
      values_.resize(static_cast<size_t>((count_ + 1) * dimension));
      read(call, segments, row, values_.data() + count_ * dimension);
      count_++;
    }
    share_ = 1. / static_cast<double>(step);
  }

  int64_t count() const { return count_; }

  // Which of its best rows tells what the k-th best of all rows reaches.
  int32_t rank(int32_t k) const {
    double expected = k * share_;
    return static_cast<int32_t>(std::ceil(expected + 5 * std::sqrt(expected))) + 3;
  }

  // Rows that reach that, on average.
  double reaching(int32_t k) const { return rank(k) / share_; }

  // As the rows of a database.
  Segments rows(int64_t dimension) && {
    return {std::make_shared<Segment>(std::move(values_), 0, count_, dimension)};
  }

 private:
  static void read(const SearchCall &call, const Segments &segments, int64_t row, float *to) {
    RowMatrix rows = rows_of(call);
    for (const auto &segment : segments)
      if (segment->rows().first <= row) rows = segment->rows();
    read_floats(rows.values, rows.type, (row - rows.first) * rows.stride, rows.dimension, to);
  }

  Aligned<float> values_;
  int64_t count_ = 0;
  double share_;
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
