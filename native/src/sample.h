// What the k-th best score of a query most likely reaches, from a sample of the rows.
//
// Of n rows in any order k (1 + ln(n / k)) are among the k best for a while, and each has to be
// scored exactly and kept. For many neighbours that is most of the work. The r-th best of every
// 16th row, with r a little more than k / 16, is below the k-th best of all: rows that do not reach
// it are left out from the beginning. r is five standard deviations more than the number of the k
// best rows that the sample has on average; where it is too few all the same a query ends with
// fewer than k rows, and is searched for again without.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>

#include "aligned.h"
#include "best.h"
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

class Sample {
 public:
  // For the k best of some rows: one of kSampledRow rows, or of more.
  Sample(int32_t k, int64_t rows, int64_t dimension)
      : k_(k),
        rows_(rows),
        step_(std::max(kSampledRow, rows * std::max<int64_t>(1, dimension) / kSampleValues)) {}

  // Which of its best rows tells what the k-th best of all rows reaches.
  int32_t rank() const {
    double expected = static_cast<double>(k_) / static_cast<double>(step_);
    return static_cast<int32_t>(std::ceil(expected + 5 * std::sqrt(expected))) + 3;
  }

  // Rows that reach that, on average.
  double reaching() const { return static_cast<double>(rank() * step_); }

  // Whether it saves a third of what is scored exactly.
  bool pays() const {
    double rows = static_cast<double>(rows_), taken = rows / static_cast<double>(step_);
    return k_ >= kSampledNeighbours &&
           reaching() + passing_rows(rank(), taken) <= 2. / 3 * passing_rows(k_, rows);
  }

  // Its rows, those that the call allows, as a database.
  Segments take(const SearchCall &call, const Segments &segments) const {
    Aligned<float> values;
    values.reserve(static_cast<size_t>((rows_ / step_ + 1) * call.dimension));
    int64_t count = 0;
    uint64_t random = 0x9E3779B97F4A7C15u;
    for (int64_t first = 0; first + step_ <= rows_; first += step_) {
      // Any one of the next: rows may repeat in a pattern.
      random = random * 6364136223846793005u + 1442695040888963407u;
      int64_t row = first + static_cast<int64_t>((random >> 33) % static_cast<uint64_t>(step_));
      if (call.allowed && !(call.allowed[row >> 3] >> (row & 7) & 1)) continue;
      values.resize(static_cast<size_t>((count + 1) * call.dimension));
      read(call, segments, row, values.data() + count * call.dimension);
      count++;
    }
    return {std::make_shared<Segment>(std::move(values), 0, count, call.dimension)};
  }

 private:
  static void read(const SearchCall &call, const Segments &segments, int64_t row, float *to) {
    RowMatrix rows = rows_of(call);
    for (const auto &segment : segments)
      if (segment->rows().first <= row) rows = segment->rows();
    read_floats(rows.values, rows.type, (row - rows.first) * rows.stride, rows.dimension, to);
  }

  const int32_t k_;
  const int64_t rows_, step_;
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
