#include "partition.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "onelabel.h"
#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {

Partition::Partition(const void *rows, int32_t type, int64_t count, int64_t stride,
                     int64_t dimension, int64_t leaf_rows, const Cancellation &cancellation)
    : dimension_(dimension), leaf_rows_(leaf_rows) {
  Aligned<float> converted;
  const float *source = static_cast<const float *>(rows);
  if (type != ONELABEL_FLOAT32) {
    converted.reserve(static_cast<size_t>(count * dimension));
    for_each(count, cancellation, [&](int64_t i) {
      converted.resize(static_cast<size_t>((i + 1) * dimension));
      read_floats(rows, type, i * stride, dimension, converted.data() + i * dimension);
    });
    source = converted.data();
    stride = dimension;
  }
  ids_.reserve(static_cast<size_t>(count));
  for_each(count, cancellation, [&](int64_t i) {
    float square = 0;
    for (int64_t d = 0; d < dimension; d++)
      square += source[i * stride + d] * source[i * stride + d];
    bool valid = square <= kMostSquare || exact_square(source + i * stride, dimension) <= kMost;
    (valid ? ids_ : invalid_).push_back(i);
  });
  split(source, stride, 0, size(), cancellation);

  ordered_.reserve(static_cast<size_t>(size() * dimension));
  offsets_.resize(static_cast<size_t>(size()));
  longest_.resize(static_cast<size_t>(leaves()));
  lower_.assign(static_cast<size_t>(leaves() * dimension), std::numeric_limits<float>::infinity());
  upper_.assign(lower_.size(), -std::numeric_limits<float>::infinity());
  for_each(size(), cancellation, [&](int64_t i) {
    ordered_.resize(static_cast<size_t>((i + 1) * dimension));
    const float *from = source + ids_[static_cast<size_t>(i)] * stride;
    float *to = ordered_.data() + i * dimension;
    int64_t leaf = i / leaf_rows_;
    float square = 0;
    for (int64_t d = 0; d < dimension; d++) {
      to[d] = from[d];
      square += from[d] * from[d];
      float &low = lower_[static_cast<size_t>(d * leaves() + leaf)];
      float &high = upper_[static_cast<size_t>(d * leaves() + leaf)];
      low = std::min(low, from[d]);
      high = std::max(high, from[d]);
    }
    square = std::min(square, kMost);
    offsets_[static_cast<size_t>(i)] = -square / 2;
    float &longest = longest_[static_cast<size_t>(leaf)];
    longest = std::max(longest, std::sqrt(square));
  });
}

// Halves begin..end along the dimension of the largest variance until a leaf is left.
void Partition::split(const float *rows, int64_t stride, int64_t begin, int64_t end,
                      const Cancellation &cancellation) {
  if (end - begin <= leaf_rows_) {
    std::sort(ids_.begin() + begin, ids_.begin() + end);
    return;
  }
  cancellation.check();
  // A sample is enough to choose by.
  int64_t step = std::max<int64_t>(1, (end - begin) / 4096), taken = 0;
  std::vector<double> sums(static_cast<size_t>(dimension_)), squares(sums.size());
  for (int64_t i = begin; i < end; i += step, taken++) {
    const float *row = rows + ids_[static_cast<size_t>(i)] * stride;
    for (size_t d = 0; d < sums.size(); d++) {
      sums[d] += row[d];
      squares[d] += static_cast<double>(row[d]) * row[d];
    }
  }
  size_t widest = 0;
  double largest = -1;
  for (size_t d = 0; d < sums.size(); d++) {
    double mean = sums[d] / static_cast<double>(taken);
    double variance = squares[d] / static_cast<double>(taken) - mean * mean;
    if (variance > largest) {
      largest = variance;
      widest = d;
    }
  }
  int64_t half = ((end - begin) / 2 + leaf_rows_ - 1) / leaf_rows_ * leaf_rows_;
  int64_t middle = begin + std::min(half, (end - begin - 1) / leaf_rows_ * leaf_rows_);
  const float *column = rows + widest;
  std::nth_element(ids_.begin() + begin, ids_.begin() + middle, ids_.begin() + end,
                   [=, &cancellation, compared = 0u](int64_t a, int64_t b) mutable {
                     if (++compared % (1u << 16) == 0) cancellation.check();
                     float x = column[a * stride], y = column[b * stride];
                     return x != y ? x < y : a < b;
                   });
  split(rows, stride, begin, middle, cancellation);
  split(rows, stride, middle, end, cancellation);
}

}  // namespace ONELABEL_TIER
}  // namespace onelabel
