// Database rows that a block of queries looks at together.
#pragma once

#include <cmath>
#include <cstdint>

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// What the length of a vector may have lost where squares have underflowed, at most.
inline float underflow(int64_t dimension) {
  return std::sqrt(static_cast<float>(dimension)) * 0x1p-74f;
}

// Rows moved by the centre, in fixed point of 16 bits (fixed.h) or of 8 (bytes.h).
struct FixedRows {
  const int32_t *words;  // null where there are none
  float unit;
  float longest, farthest;  // upper limits of their lengths, and of what rounding took away
};

// Rows that a block looks at together.
struct Tile {
  const float *rows;
  int64_t stride, count;
  int64_t first;       // number of the first row in the database, or, where there are
  const int64_t *ids;  // numbers of all rows, rising, of the row with number 0
  const float *offsets, *scales;
  float longest;    // upper limit of the scaled rows' lengths
  FixedRows fixed;  // in groups; one by one where there are
  FixedRows bytes;  // as bytes.h has them

  int64_t id(int64_t r) const { return first + (ids ? ids[r] : r); }
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
