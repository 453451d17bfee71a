// The rows of a prepared database as the filter's tiles: rounded once, for all searches to come.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "aligned.h"
#include "bytes.h"
#include "fixed.h"
#include "moved.h"
#include "parallel.h"
#include "rows.h"
#include "tile.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// From this many dimensions on twice the products an instruction pay for the rounding of rows,
// where there are so many.
constexpr int64_t kFixedDimensions = 16, kFixedRows = 256;

// From this many dimensions on twice the products again pay for a second rounding.
constexpr int64_t kByteDimensions = kWideByteSums ? 64 : 32;

inline bool in_fixed(int64_t dimension, int64_t rows) {
  return kFixedPoint && dimension >= kFixedDimensions && rows >= kFixedRows;
}

inline bool in_bytes(int64_t dimension) {
  return kByteProducts && dimension >= kByteDimensions && dimension <= kMostByteDimensions;
}

class RoundedRows {
 public:
  // Rows of floats that stay where they are; of a cosine none is shorter than lengthen() makes it.
  RoundedRows(Parallel &parallel, const RowMatrix &rows, int32_t metric)
      : bytes_first_(in_bytes(rows.dimension)),
        tile_rows_(tile_rows(rows.dimension, bytes_first_ ? 1 : 2)),
        centre_(centre_of(rows, metric)),
        offsets_(static_cast<size_t>(rows.count)),
        scales_(offsets_.size()),
        tiles_(static_cast<size_t>((rows.count + tile_rows_ - 1) / tile_rows_)) {
    int64_t dimension = rows.dimension, tiles = static_cast<int64_t>(tiles_.size());
    // Of one tile, and where the next begins.
    int64_t shorts = bytes_first_ ? tile_rows_ * padded_pairs(dimension)
                                  : grouped_words(tile_rows_, pairs_of(dimension));
    int64_t bytes = bytes_first_ ? byte_row_words(tile_rows_, dimension) : 0;
    shorts_.resize(static_cast<size_t>(tiles * shorts));
    bytes_.resize(static_cast<size_t>(tiles * bytes));
    int64_t parts = std::min<int64_t>(tiles, 4 * parallel.threads());
    parallel.run(parts, [&](int64_t part) {
      TileReader reader(metric, tile_rows_);
      for (int64_t t = tiles * part / parts; t < tiles * (part + 1) / parts; t++) {
        parallel.cancellation().check();
        int64_t first = t * tile_rows_;
        Tile tile = reader.read(rows, first, std::min(tile_rows_, rows.count - first));
        float *offsets = offsets_.data() + first, *scales = scales_.data() + first;
        std::copy_n(tile.offsets, tile.count, offsets);
        std::copy_n(tile.scales, tile.count, scales);
        tile.scales = scales;
        round_rows(tile, centre_, metric == ONELABEL_SQUARED_L2, offsets,
                   shorts_.data() + t * shorts, bytes_first_ ? bytes_.data() + t * bytes : nullptr);
        tiles_[static_cast<size_t>(t)] = tile;
      }
    });
  }

  const Aligned<float> &centre() const { return centre_; }

  // All rows, `rows_of_tile()` in each but the last.
  const std::vector<Tile> &tiles() const { return tiles_; }
  int64_t rows_of_tile() const { return tile_rows_; }

 private:
  const bool bytes_first_;
  const int64_t tile_rows_;
  const Aligned<float> centre_;
  Aligned<float> offsets_, scales_;
  Aligned<int32_t> shorts_, bytes_;
  std::vector<Tile> tiles_;
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
