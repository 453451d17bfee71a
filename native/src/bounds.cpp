// What this machine could do at best, measured by loops that do nothing else: multiply-adds on
// registers, products of integers, reading memory. The benchmark sets kernels against them.
#include <cstddef>

#include "kernels.h"
#include "matrix.h"
#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {

namespace {
constexpr int kChains = 20;  // more than latency times units, fewer than there are registers
}

double multiply_adds(int64_t rounds, float *sink) {
  Floats chains[kChains];
  for (int c = 0; c < kChains; c++) chains[c] = broadcast(static_cast<float>(c));
  Floats a = broadcast(sink[0]), b = broadcast(sink[1]);
  for (int64_t i = 0; i < rounds; i++) {
#pragma GCC unroll 20
    for (int c = 0; c < kChains; c++) chains[c] = multiply_add(chains[c], a, b);
  }
  for (int c = 0; c < kChains; c++) sink[2] += sum(chains[c]);
  return 2. * kLanes * kChains * static_cast<double>(rounds);
}

// What the filter of the neighbours' search works on; 0 where it works on floats.
double filter_products(int64_t rounds, float *sink) {
  if (!kFixedPoint) return 0;
  if (kMatrixProducts) return matrix_products((rounds + 15) / 16);
  Ints chains[kChains];
  for (int c = 0; c < kChains; c++) chains[c] = c - Ints{};
  Ints a = (Ints)broadcast(sink[0]);
  for (int64_t i = 0; i < rounds; i++) {
#pragma GCC unroll 20
    for (int c = 0; c < kChains; c++)
      chains[c] = kByteProducts ? add_byte_products(chains[c], a, chains[c])
                                : add_products(chains[c], a, chains[c]);
  }
  for (int c = 0; c < kChains; c++) sink[2] += sum(__builtin_convertvector(chains[c], Floats));
  return (kByteProducts ? 8. : 4.) * kLanes * kChains * static_cast<double>(rounds);
}

void read_memory(const float *from, int64_t count, float *sink) {
  Floats sums[8] = {};
  for (int64_t i = 0; i + 8 * kLanes <= count; i += 8 * kLanes) {
#pragma GCC unroll 8
    for (int j = 0; j < 8; j++) sums[j] += load(from + i + j * kLanes);
  }
  for (int j = 0; j < 8; j++) sink[2] += sum(sums[j]);
}

}  // namespace ONELABEL_TIER
}  // namespace onelabel
