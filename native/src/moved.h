// Database rows moved by the centre and rounded, for the filter of knn.cpp.
#pragma once

#include <algorithm>
#include <cmath>

#include "aligned.h"
#include "bytes.h"
#include "fixed.h"
#include "tile.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// The rows of a tile, one after the other.
class MovedRows {
 public:
  MovedRows(const Tile &tile, const Aligned<float> &centre)
      : tile_(tile), centre_(centre), moved_(centre.size()) {}

  int64_t dimension() const { return static_cast<int64_t>(centre_.size()); }
  const float *values() const { return moved_.data(); }

  // Moves row r into values(); returns its squared length.
  float move(int64_t r) {
    const float *row = tile_.rows + r * tile_.stride;
    float scale = tile_.scales[r];
    Floats squares = {};
    int64_t d = 0;
    for (; d + kLanes <= dimension(); d += kLanes) {
      Floats y = load(row + d) * scale - load(centre_.data() + d);
      store(moved_.data() + d, y);
      squares = multiply_add(y, y, squares);
    }
    if (d < dimension()) {
      int64_t left = dimension() - d;
      Floats y = load_first(row + d, left) * scale - load_first(centre_.data() + d, left);
      store_first(moved_.data() + d, y, left);
      squares = multiply_add(y, y, squares);
    }
    return sum(squares);
  }

 private:
  const Tile &tile_;
  const Aligned<float> &centre_;
  Aligned<float> moved_;
};

// Moves and rounds rows; turns their offsets, NaN where a row is not finite, into those of the
// moved rows. `shorts` gets the 16-bit pairs: in groups, or, where there are `bytes`, the rows one
// by one with room for padded_pairs() each; `bytes` gets the 8-bit words.
inline void round_rows(Tile &tile, const Aligned<float> &centre, bool l2, float *offsets,
                       int32_t *shorts, int32_t *bytes) {
  MovedRows rows(tile, centre);
  int64_t dimension = rows.dimension(), padded = padded_pairs(dimension);
  float longest = 0, byte = kLeastUnit;
  for (int64_t r = 0; r < tile.count; r++) {
    float square = rows.move(r);
    if (offsets[r] != offsets[r]) continue;  // not finite: NaN keeps it out
    offsets[r] = l2 ? -square / 2 : 0;
    longest = std::max(longest, square);
    if (bytes) byte = std::max(byte, byte_unit(rows.values(), dimension, kMostRowByte));
  }
  longest = std::sqrt(longest) + underflow(dimension);
  float unit = unit_of(longest), lost = 0, lost_bytes = 0;
  Aligned<int32_t> pairs(static_cast<size_t>(bytes ? padded : pairs_of(dimension)));
  Aligned<int32_t> words(static_cast<size_t>(bytes ? words_of(dimension) : 0));
  // Moved again: only now the units are known.
  for (int64_t r = 0; r < tile.count; r++) {
    rows.move(r);
    float square = to_fixed(rows.values(), dimension, unit, pairs.data()), byte_square = 0;
    if (bytes) {
      byte_square = to_bytes(rows.values(), dimension, byte, kByteOffset, words.data());
      into_byte_rows(words.data(), dimension, r, bytes);
      std::copy(pairs.begin(), pairs.end(), shorts + r * padded);
    } else {
      into_group(pairs.data(), pairs_of(dimension), r, shorts);
    }
    if (offsets[r] != offsets[r]) continue;
    lost = std::max(lost, square);
    lost_bytes = std::max(lost_bytes, byte_square);
  }
  tile.offsets = offsets;
  tile.fixed = {shorts, unit, longest, lost_of(lost, longest, dimension)};
  if (bytes) tile.bytes = {bytes, byte, longest, lost_of(lost_bytes, longest, dimension)};
}

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
