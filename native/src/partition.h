// Rows sorted so that near ones lie together and cut into leaves with bounding boxes: the leaves of
// a k-d tree. Where features are few, a search in leaves skips most of the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "aligned.h"
#include "cancellation.h"

namespace onelabel {
namespace ONELABEL_TIER {

class Partition {
 public:
  // A leaf has leaf_rows rows, the last ones fewer. Rows with a value that is not finite, or whose
  // squared length is not, are left out.
  Partition(const void *rows, int32_t type, int64_t count, int64_t stride, int64_t dimension,
            int64_t leaf_rows, const Cancellation &cancellation);

  int64_t dimension() const { return dimension_; }
  int64_t size() const { return static_cast<int64_t>(ids_.size()); }
  int64_t leaves() const { return (size() + leaf_rows_ - 1) / leaf_rows_; }
  int64_t first(int64_t leaf) const { return leaf * leaf_rows_; }
  int64_t rows(int64_t leaf) const {
    return first(leaf) + leaf_rows_ < size() ? leaf_rows_ : size() - first(leaf);
  }

  // Row i of the order, and where it stood before; within a leaf the latter rises.
  const float *row(int64_t i) const { return ordered_.data() + i * dimension_; }
  const int64_t *ids(int64_t i) const { return ids_.data() + i; }
  const std::vector<int64_t> &invalid() const { return invalid_; }

  // Minus half the squared length of row i, and the largest length in a leaf.
  const float *offsets(int64_t i) const { return offsets_.data() + i; }
  float longest(int64_t leaf) const { return longest_[static_cast<size_t>(leaf)]; }

  // Smallest and largest values of dimension d, one for each leaf.
  const float *lower(int64_t d) const { return lower_.data() + d * leaves(); }
  const float *upper(int64_t d) const { return upper_.data() + d * leaves(); }

 private:
  void split(const float *rows, int64_t stride, int64_t begin, int64_t end,
             const Cancellation &cancellation);

  int64_t dimension_, leaf_rows_;
  Aligned<float> ordered_;
  std::vector<int64_t> ids_, invalid_;
  Aligned<float> offsets_, longest_, lower_, upper_;
};

}  // namespace ONELABEL_TIER
}  // namespace onelabel
