// The leaves of a database's rows (partition.h), rounded where the filter works in fixed point.
#pragma once

#include <cstdint>
#include <vector>

#include "aligned.h"
#include "moved.h"
#include "parallel.h"
#include "partition.h"
#include "rows.h"
#include "tile.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// Rows of a database leaf.
constexpr int64_t kLeafRows = 128;

// For squared L2 alone.
class Leaves {
 public:
  Leaves(Parallel &parallel, const RowMatrix &rows)
      : first_(rows.first),
        partition_(rows.values, rows.type, rows.count, rows.stride, rows.dimension, kLeafRows,
                   parallel.cancellation()),
        scales_(kLeafRows, 1.f) {
    if (kFixedPoint) round(parallel, rows);
  }

  const Partition &partition() const { return partition_; }

  // What rounded rows are moved by, or null.
  const Aligned<float> *centre() const { return kFixedPoint ? &centre_ : nullptr; }

  int64_t first_row() const { return first_; }

  // A leaf as it is.
  Tile tile(int64_t leaf) const {
    int64_t first = partition_.first(leaf);
    return {partition_.row(first),
            dimension(),
            partition_.rows(leaf),
            first_,
            partition_.ids(first),
            partition_.offsets(first),
            scales_.data(),
            partition_.longest(leaf),
            {},
            {}};
  }

  // The same with its rounded rows.
  Tile rounded_tile(int64_t leaf) const {
    Tile tile = this->tile(leaf);
    tile.fixed = fixed_[static_cast<size_t>(leaf)];
    tile.offsets = offsets_.data() + partition_.first(leaf);
    return tile;
  }

 private:
  int64_t dimension() const { return partition_.dimension(); }

  void round(Parallel &parallel, const RowMatrix &rows) {
    centre_ = centre_of(rows, ONELABEL_SQUARED_L2);
    int64_t leaf_pairs = grouped_words(kLeafRows, pairs_of(dimension()));
    pairs_.resize(static_cast<size_t>(partition_.leaves() * leaf_pairs));
    offsets_.resize(static_cast<size_t>(partition_.size()));
    fixed_.resize(static_cast<size_t>(partition_.leaves()));
    parallel.run(partition_.leaves(), [&](int64_t leaf) {
      Tile tile = this->tile(leaf);
      round_rows(tile, centre_, true, offsets_.data() + partition_.first(leaf),
                 pairs_.data() + leaf * leaf_pairs, nullptr);
      fixed_[static_cast<size_t>(leaf)] = tile.fixed;
    });
  }

  const int64_t first_;
  const Partition partition_;
  const Aligned<float> scales_;
  Aligned<float> centre_, offsets_;
  Aligned<int32_t> pairs_;
  std::vector<FixedRows> fixed_;
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
