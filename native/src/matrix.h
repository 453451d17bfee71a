// The matrix unit (AMX): sums of products of bytes for 16 rows and a panel of queries at once,
// eight times as many an instruction's time as VNNI.
//
// Its registers are tiles of 16 x 64 bytes. One holds 64 bytes of 16 rows, three hold 16 words of
// the panel's queries, three the sums: with 48 queries a step loads four and multiplies three
// times, which keeps the unit busy.
#pragma once

#include <cstdint>
#include <cstring>

#include "panel.h"

#if defined(__AMX_INT8__)
#include <immintrin.h>
#endif

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// Rows of a tile; words of a row in one.
constexpr int kMatrixRows = 16, kMatrixWords = 16;

#if defined(__AMX_INT8__)
constexpr bool kMatrixProducts = true;

// The unit is the thread's as long as this lives.
class MatrixUnit {
 public:
  MatrixUnit() {
    struct alignas(64) {
      uint8_t palette = 1, start_row = 0, reserved[14] = {};
      uint16_t row_bytes[16] = {};
      uint8_t rows[16] = {};
    } shape;
    for (int tile = 0; tile < 8; tile++) {
      shape.row_bytes[tile] = 4 * kMatrixWords;
      shape.rows[tile] = kMatrixRows;
    }
    asm volatile("" ::"r"(&shape) : "memory");  // all of it has been written
    _tile_loadconfig(&shape);
  }
  ~MatrixUnit() { _tile_release(); }
  MatrixUnit(const MatrixUnit &) = delete;
  MatrixUnit &operator=(const MatrixUnit &) = delete;
};

// Sums of kMatrixRows rows, kPanel each. The rows lie `words` words apart, a multiple of
// kMatrixWords; the panel begins with what each query's sums begin with.
inline void matrix_sums(const int32_t *panel, const int32_t *rows, int64_t words, int32_t *sums) {
  static_assert(kVectors == 3 && kLanes == kMatrixWords, "three tiles of queries");
  constexpr int kLane = kLanes, kStride = 4 * kPanel;
  asm volatile("" ::"r"(panel), "r"(rows) : "memory");  // what the tiles read has been written
  _tile_loadd(0, panel, 0);
  _tile_loadd(1, panel + kLane, 0);
  _tile_loadd(2, panel + 2 * kLane, 0);
  const int32_t *queries = panel + kPanel;
  for (int64_t w = 0; w < words; w += kMatrixWords, queries += kMatrixWords * kPanel) {
    _tile_loadd(3, rows + w, 4 * words);
    _tile_loadd(4, queries, kStride);
    _tile_loadd(5, queries + kLane, kStride);
    _tile_loadd(6, queries + 2 * kLane, kStride);
    _tile_dpbusd(0, 3, 4);
    _tile_dpbusd(1, 3, 5);
    _tile_dpbusd(2, 3, 6);
  }
  _tile_stored(0, sums, kStride);
  _tile_stored(1, sums + kLane, kStride);
  _tile_stored(2, sums + 2 * kLane, kStride);
}

// So many products are done by this many rounds of a loop that does nothing else.
inline double matrix_products(int64_t rounds) {
  MatrixUnit unit;
  _tile_zero(6);
  _tile_zero(7);
  for (int64_t i = 0; i < rounds; i++) {
    _tile_dpbusd(0, 6, 7);
    _tile_dpbusd(1, 6, 7);
    _tile_dpbusd(2, 6, 7);
    _tile_dpbusd(3, 6, 7);
    _tile_dpbusd(4, 6, 7);
    _tile_dpbusd(5, 6, 7);
  }
  return 2. * 6 * kMatrixRows * kMatrixRows * 4 * kMatrixWords * static_cast<double>(rounds);
}
#else
constexpr bool kMatrixProducts = false;

class MatrixUnit {};
inline void matrix_sums(const int32_t *, const int32_t *, int64_t, int32_t *) {}
inline double matrix_products(int64_t) { return 0; }
#endif

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
