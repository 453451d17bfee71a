// Database rows that a block of queries looks at together, as they are and as bfloat16.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "aligned.h"
#include "panel.h"
#include "parallel.h"
#include "partition.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// Rows of a database leaf.
constexpr int64_t kLeafRows = 128;

// Rows moved by the centre and rounded to bfloat16.
struct Halves {
  const uint32_t *rows;     // null where there are none
  float longest, farthest;  // upper limits of their lengths, and of what rounding took away
};

// What the length of a vector may have lost where squares have underflowed, at most.
inline float underflow(int64_t dimension) {
  return std::sqrt(static_cast<float>(dimension)) * 0x1p-74f;
}

// Rows that a block looks at together.
struct Tile {
  const float *rows;
  int64_t stride, count;
  int64_t first;       // number of the first row in the call, unless there are
  const int64_t *ids;  // numbers of all rows, rising
  const float *offsets, *scales;
  float longest;  // upper limit of the scaled rows' lengths
  Halves halves;

  int64_t id(int64_t r) const { return ids ? ids[r] : first + r; }
};

// A leaf of the database as it is; `scales` are kLeafRows ones.
inline Tile leaf_tile(const Partition &database, int64_t leaf, int64_t dimension,
                      const float *scales) {
  int64_t first = database.first(leaf);
  return {database.row(first),     dimension, database.rows(leaf),    0, database.ids(first),
          database.offsets(first), scales,    database.longest(leaf), {}};
}

#if defined(__AVX512BF16__)
// Moves and rounds rows; turns their offsets, NaN where a row is not finite, into those of the
// moved rows.
Halves round_rows(const Tile &tile, const Aligned<float> &centre, bool l2, float *offsets,
                  uint32_t *to) {
  int64_t dimension = static_cast<int64_t>(centre.size()), pairs = (dimension + 1) / 2;
  Aligned<float> moved(centre.size());
  Halves halves = {to, 0, 0};
  for (int64_t r = 0; r < tile.count; r++) {
    const float *row = tile.rows + r * tile.stride;
    float scale = tile.scales[r];
    Floats squares = {};
    for (int64_t d = 0; d < dimension; d += kLanes) {
      int64_t count = std::min<int64_t>(kLanes, dimension - d);
      Floats y = load_first(row + d, count) * scale - load_first(centre.data() + d, count);
      store_first(moved.data() + d, y, count);
      squares = multiply_add(y, y, squares);
    }
    float square = sum(squares);
    float lost =
        round_to_half(moved.data(), dimension, reinterpret_cast<uint16_t *>(to + r * pairs));
    if (offsets[r] != offsets[r]) continue;  // not finite: NaN keeps it out
    offsets[r] = l2 ? -square / 2 : 0;
    halves.farthest = std::max(halves.farthest, lost);
    halves.longest = std::max(halves.longest, square);
  }
  halves.farthest = std::sqrt(halves.farthest) + underflow(dimension);
  halves.longest = std::sqrt(halves.longest) + underflow(dimension);
  return halves;
}
#endif

// The rows of a partition's leaves as halves.
class HalfLeaves {
 public:
  HalfLeaves(Parallel &parallel, const Partition &database, const Aligned<float> &centre);

  Halves of(int64_t leaf) const { return leaves_[static_cast<size_t>(leaf)]; }
  const float *offsets(int64_t leaf) const { return offsets_.data() + leaf * kLeafRows; }

 private:
  Aligned<uint32_t> rows_;
  Aligned<float> offsets_;
  std::vector<Halves> leaves_;
};

#if defined(__AVX512BF16__)
HalfLeaves::HalfLeaves(Parallel &parallel, const Partition &database, const Aligned<float> &centre)
    : rows_(static_cast<size_t>(database.size()) * ((centre.size() + 1) / 2)),
      offsets_(static_cast<size_t>(database.size())),
      leaves_(static_cast<size_t>(database.leaves())) {
  Aligned<float> scales(kLeafRows, 1.f);
  int64_t pairs = static_cast<int64_t>((centre.size() + 1) / 2);
  parallel.run(database.leaves(), [&](int64_t leaf) {
    int64_t first = database.first(leaf);
    Tile tile = leaf_tile(database, leaf, static_cast<int64_t>(centre.size()), scales.data());
    leaves_[static_cast<size_t>(leaf)] =
        round_rows(tile, centre, true, offsets_.data() + first, rows_.data() + first * pairs);
  });
}
#endif

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
