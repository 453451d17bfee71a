// Tensor-core instructions on a CPU. Products are exact, sums are cut off to 24 bits, as hardware
// may do: what is accurate enough here is accurate enough there.
#pragma once

#include <cmath>

#include "cuda_emulation.h"

#define ONELABEL_WARPGROUP_PRODUCTS 1

namespace onelabel {
namespace cuda {

// d + sum, cut off.
inline float cut_off_sum(float d, double sum) {
  double exact = static_cast<double>(d) + sum;
  float rounded = static_cast<float>(exact);
  return std::fabs(static_cast<double>(rounded)) > std::fabs(exact) ? std::nextafterf(rounded, 0.f)
                                                                    : rounded;
}

inline float low_half(uint32_t bits) { return __uint_as_float(bits << 16); }
inline float high_half(uint32_t bits) { return __uint_as_float(bits & 0xffff0000u); }

inline void multiply_tf32(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  struct Argument {
    float *d;
    const uint32_t *a, *b;
  } own{d, a, b};
  emulation::collective(32, &own, [](void **lanes) {
    float a[16][8], b[8][8];
    auto at = [&](int l) { return static_cast<Argument *>(lanes[l]); };
    auto tf32 = [](uint32_t bits) { return __uint_as_float(bits & 0xffffe000u); };
    for (int l = 0; l < 32; l++) {
      int g = l / 4, t = l % 4;
      for (int i = 0; i < 4; i++) a[g + 8 * (i & 1)][t + 4 * (i >> 1)] = tf32(at(l)->a[i]);
      for (int i = 0; i < 2; i++) b[t + 4 * i][g] = tf32(at(l)->b[i]);
    }
    for (int l = 0; l < 32; l++)
      for (int i = 0; i < 4; i++) {
        int row = l / 4 + 8 * (i >> 1), column = 2 * (l % 4) + (i & 1);
        double sum = 0;
        for (int k = 0; k < 8; k++) sum += static_cast<double>(a[row][k]) * b[k][column];
        at(l)->d[i] = cut_off_sum(at(l)->d[i], sum);
      }
  });
}

inline void multiply_bf16(float *d, const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  struct Argument {
    float *d;
    const uint32_t *a, *b;
  } own{d, a, b};
  emulation::collective(32, &own, [](void **lanes) {
    float a[16][16], b[16][8];
    auto at = [&](int l) { return static_cast<Argument *>(lanes[l]); };
    for (int l = 0; l < 32; l++) {
      int g = l / 4, t = l % 4;
      for (int i = 0; i < 4; i++) {
        a[g + 8 * (i & 1)][2 * t + 8 * (i >> 1)] = low_half(at(l)->a[i]);
        a[g + 8 * (i & 1)][2 * t + 8 * (i >> 1) + 1] = high_half(at(l)->a[i]);
      }
      for (int i = 0; i < 2; i++) {
        b[2 * t + 8 * i][g] = low_half(at(l)->b[i]);
        b[2 * t + 8 * i + 1][g] = high_half(at(l)->b[i]);
      }
    }
    for (int l = 0; l < 32; l++)
      for (int i = 0; i < 4; i++) {
        int row = l / 4 + 8 * (i >> 1), column = 2 * (l % 4) + (i & 1);
        double sum = 0;
        for (int k = 0; k < 16; k++) sum += static_cast<double>(a[row][k]) * b[k][column];
        at(l)->d[i] = cut_off_sum(at(l)->d[i], sum);
      }
  });
}

inline void load_matrices(uint32_t (&to)[4], const void *row) {
  struct Argument {
    uint32_t *to;
    const void *row;
  } own{to, row};
  emulation::collective(32, &own, [](void **lanes) {
    for (int l = 0; l < 32; l++)
      for (int matrix = 0; matrix < 4; matrix++) {
        const char *from =
            static_cast<const char *>(static_cast<Argument *>(lanes[8 * matrix + l / 4])->row);
        std::memcpy(static_cast<Argument *>(lanes[l])->to + matrix, from + 4 * (l % 4), 4);
      }
  });
}

inline void copy_async(void *shared, const void *global, int valid) {
  emulation::copy_later(shared, global, 16, static_cast<size_t>(valid));
}

inline void commit_copies() { emulation::commit_copies(); }

template <int kGroupsLeft>
void wait_for_copies() {
  emulation::wait_for_copies(kGroupsLeft);
}

// A descriptor here is the address itself: 8 rows of 128 bytes lie in 1024 aligned bytes, and the
// swizzle flips address bits 4..6 by bits 7..9, wherever the descriptor points to.
inline uint64_t describe(const void *tile) { return reinterpret_cast<uint64_t>(tile) >> 4; }

inline void multiply_warpgroup(float (&d)[64], uint64_t a, uint64_t b) {
  struct Argument {
    float *d;
    uint64_t a, b;
  } own{d, a, b};
  emulation::collective(128, &own, [](void **lanes) {
    auto at = [&](int l) { return static_cast<Argument *>(lanes[l]); };
    auto value = [](uint64_t descriptor, int row, int k) {
      uint64_t address = (descriptor << 4) + static_cast<uint64_t>(row * 128 + k * 2);
      address ^= (address >> 7 & 7) << 4;
      uint16_t bits;
      std::memcpy(&bits, reinterpret_cast<const void *>(address), 2);
      return __uint_as_float(static_cast<uint32_t>(bits) << 16);
    };
    for (int l = 1; l < 128; l++)
      if (at(l)->a != at(0)->a || at(l)->b != at(0)->b)
        emulation::fail("the threads of a warpgroup multiply different tiles");
    float a[64][16], b[16][128];
    for (int k = 0; k < 16; k++) {
      for (int row = 0; row < 64; row++) a[row][k] = value(at(0)->a, row, k);
      for (int column = 0; column < 128; column++) b[k][column] = value(at(0)->b, column, k);
    }
    for (int row = 0; row < 64; row++) {
      double sums[128] = {};
      for (int k = 0; k < 16; k++)
        for (int column = 0; column < 128; column++)
          sums[column] += static_cast<double>(a[row][k]) * b[k][column];
      for (int column = 0; column < 128; column++) {
        int lane = row / 16 * 32 + row % 8 * 4 + column % 8 / 2;
        float &to = at(lane)->d[column / 8 * 4 + row % 16 / 8 * 2 + column % 2];
        to = cut_off_sum(to, sums[column]);
      }
    }
  });
}

inline void fence_for_products() {}
inline void begin_products() {}
inline void commit_products() {}
template <int kGroupsLeft>
void wait_for_products() {}

}  // namespace cuda
}  // namespace onelabel
