// Vectors as wide as the tier's registers, by the compiler's vector extension, so that one source
// serves every instruction set. Everything here is internal to the including file: the same name
// compiled for two tiers must never be merged by the linker.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "onelabel.h"

#if defined(__AVX512F__)
#define ONELABEL_LANES 16
#elif defined(__AVX2__)
#define ONELABEL_LANES 8
#else
#define ONELABEL_LANES 4
#endif

#if defined(__AVX2__) || defined(__SSE2__)
#include <immintrin.h>
#endif

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

constexpr int kLanes = ONELABEL_LANES;
typedef float Floats __attribute__((vector_size(kLanes * 4)));
typedef int32_t Ints __attribute__((vector_size(kLanes * 4)));
typedef uint32_t Bits __attribute__((vector_size(kLanes * 4)));

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

inline Floats load(const float *from) {
  Floats v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

inline void store(float *to, Floats v) { std::memcpy(to, &v, sizeof v); }

inline Floats broadcast(float value) { return value - Floats{}; }

// Four numbers, whatever the tier.
typedef float Quad __attribute__((vector_size(16)));

inline Quad load_quad(const float *from) {
  Quad v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

inline void store_quad(float *to, Quad v) { std::memcpy(to, &v, sizeof v); }

// a * b + c, rounded once where the tier can.
inline Floats multiply_add(Floats a, Floats b, Floats c) {
#if defined(__AVX512F__)
  return (Floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__)
  return (Floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
  return a * b + c;
#endif
}

#if ONELABEL_LANES != 4
inline Quad multiply_add(Quad a, Quad b, Quad c) {
#if defined(__FMA__)
  return (Quad)_mm_fmadd_ps((__m128)a, (__m128)b, (__m128)c);
#else
  return a * b + c;
#endif
}
#endif

// Pairs of 16-bit integers in 32 bits, and the sums of their products: exact, as long as they fit.
// Twice as many products an instruction as of floats; without VNNI a second instruction adds them.
#if defined(__SSE2__)
constexpr bool kFixedPoint = true;

// Of what does not fit the highest places are lost.
inline Ints add(Ints a, Ints b) { return (Ints)((Bits)a + (Bits)b); }

inline Ints add_products(Ints a, Ints b, Ints sum) {
#if defined(__AVX512VNNI__)
  return (Ints)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
#elif defined(__AVX512F__)
  return add(sum, (Ints)_mm512_madd_epi16((__m512i)a, (__m512i)b));
#elif defined(__AVXVNNI__)
  return (Ints)_mm256_dpwssd_avx_epi32((__m256i)sum, (__m256i)a, (__m256i)b);
#elif defined(__AVX2__)
  return add(sum, (Ints)_mm256_madd_epi16((__m256i)a, (__m256i)b));
#else
  return add(sum, (Ints)_mm_madd_epi16((__m128i)a, (__m128i)b));
#endif
}

// As 16-bit integers, the nearest where they are beyond; `to` has room for kLanes.
inline void store_short(int16_t *to, Ints v) {
#if defined(__AVX512F__)
  __m256i shorts = _mm512_maskz_cvtsepi32_epi16(0xFFFF, (__m512i)v);
#elif defined(__AVX2__)
  __m256i wide = (__m256i)v;
  __m128i shorts = _mm_packs_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
#else
  int64_t shorts = _mm_cvtsi128_si64(_mm_packs_epi32((__m128i)v, (__m128i)v));
#endif
  std::memcpy(to, &shorts, sizeof shorts);
}
#else
// No instruction multiplies them faster than floats.
constexpr bool kFixedPoint = false;

inline Ints add_products(Ints a, Ints b, Ints sum) {
  Bits low = (Bits)((a << 16) >> 16) * (Bits)((b << 16) >> 16);
  return (Ints)((Bits)sum + low + (Bits)(a >> 16) * (Bits)(b >> 16));
}

inline void store_short(int16_t *to, Ints v) {
  for (int i = 0; i < kLanes; i++) to[i] = static_cast<int16_t>(std::clamp(v[i], -32768, 32767));
}
#endif

// Quadruples of 8-bit integers in 32 bits, and the sums of their products: the first operand's are
// 0 to 255, the second's -128 to 127. Twice as many products an instruction as of 16 bits. With
// VNNI all four add up to 32 bits; without, two and two to 16 bits each, where the highest places
// of a sum are lost and a pair of products has to fit: see bytes.h.
#if defined(__AVX512VNNI__) || defined(__AVXVNNI__)
constexpr bool kByteProducts = true, kWideByteSums = true;
#elif defined(__AVX2__)
constexpr bool kByteProducts = true, kWideByteSums = false;
#else
// No instruction multiplies them faster than those of 16 bits.
constexpr bool kByteProducts = false, kWideByteSums = true;
#endif

inline Ints add_byte_products(Ints a, Ints b, Ints sum) {
#if defined(__AVX512VNNI__)
  return (Ints)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
#elif defined(__AVXVNNI__)
  return (Ints)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)a, (__m256i)b);
#elif defined(__AVX512F__)
  return (Ints)_mm512_add_epi16((__m512i)sum, _mm512_maddubs_epi16((__m512i)a, (__m512i)b));
#elif defined(__AVX2__)
  return (Ints)_mm256_add_epi16((__m256i)sum, _mm256_maddubs_epi16((__m256i)a, (__m256i)b));
#else
  for (int byte = 0; byte < 32; byte += 8) sum += ((a >> byte) & 255) * (((b >> byte) << 24) >> 24);
  return sum;
#endif
}

// The two sums of 16 bits in one of 32; those of 32 as they are.
inline Ints join_byte_sums(Ints sum) {
#if defined(__AVX512VNNI__) || defined(__AVXVNNI__)
  return sum;
#elif defined(__AVX512F__)
  return (Ints)_mm512_madd_epi16((__m512i)sum, _mm512_set1_epi16(1));
#elif defined(__AVX2__)
  return (Ints)_mm256_madd_epi16((__m256i)sum, _mm256_set1_epi16(1));
#else
  return sum;
#endif
}

// The lowest byte of each; `to` has room for kLanes.
inline void store_bytes(uint8_t *to, Ints v) {
#if defined(__AVX512F__)
  __m128i bytes = _mm512_maskz_cvtepi32_epi8(0xFFFF, (__m512i)v);
  std::memcpy(to, &bytes, sizeof bytes);
#elif defined(__AVX2__)
  __m256i low = (__m256i)(v & 255);
  __m128i shorts = _mm_packs_epi32(_mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1));
  int64_t bytes = _mm_cvtsi128_si64(_mm_packus_epi16(shorts, shorts));
  std::memcpy(to, &bytes, sizeof bytes);
#else
  for (int i = 0; i < kLanes; i++) to[i] = static_cast<uint8_t>(v[i]);
#endif
}

inline Floats magnitude(Floats v) { return (Floats)((Ints)v & 0x7FFFFFFF); }

inline Floats select(Ints mask, Floats yes, Floats no) { return mask ? yes : no; }

// The first `count` < kLanes of them, zeros behind.
inline Floats load_first(const float *from, int64_t count) {
#if defined(__AVX512F__)
  return (Floats)_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), from);
#else
  Floats v = {};
  for (int i = 0; i < count; i++) v[i] = from[i];
  return v;
#endif
}

inline void store_first(float *to, Floats v, int64_t count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1u << count) - 1), (__m512)v);
#else
  for (int i = 0; i < count; i++) to[i] = v[i];
#endif
}

// The first where it is larger, else the second: also where the first is NaN.
inline Floats larger(Floats a, Floats b) {
#if defined(__AVX512F__)
  return (Floats)_mm512_maskz_max_ps(0xFFFF, (__m512)a, (__m512)b);
#elif defined(__AVX2__)
  return (Floats)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
  return (Floats)_mm_max_ps((__m128)a, (__m128)b);
#else
  return a > b ? a : b;
#endif
}

// One bit per lane whose mask is set.
inline uint32_t bits(Ints mask) {
#if defined(__AVX512F__)
  return _mm512_movepi32_mask((__m512i)mask);
#elif defined(__AVX2__)
  return static_cast<uint32_t>(_mm256_movemask_ps((__m256)mask));
#elif defined(__SSE2__)
  return static_cast<uint32_t>(_mm_movemask_ps((__m128)mask));
#else
  uint32_t result = 0;
  for (int i = 0; i < kLanes; i++) result |= (mask[i] ? 1u : 0u) << i;
  return result;
#endif
}

// Halves of the lanes are joined until four are left, or one.
template <typename Join>
inline Quad quarter(Floats v, Join join) {
#if ONELABEL_LANES == 16
  typedef float Half __attribute__((vector_size(32)));
  Half half = join(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7),
                   __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15));
  return join(__builtin_shufflevector(half, half, 0, 1, 2, 3),
              __builtin_shufflevector(half, half, 4, 5, 6, 7));
#elif ONELABEL_LANES == 8
  return join(__builtin_shufflevector(v, v, 0, 1, 2, 3), __builtin_shufflevector(v, v, 4, 5, 6, 7));
#else
  (void)join;
  return v;
#endif
}

template <typename Join>
inline float reduce(Floats v, Join join) {
  Quad quad = quarter(v, join);
  quad = join(quad, __builtin_shufflevector(quad, quad, 2, 3, 0, 1));
  quad = join(quad, __builtin_shufflevector(quad, quad, 1, 0, 3, 2));
  return quad[0];
}

inline float sum(Floats v) {
  return reduce(v, [](auto a, auto b) { return a + b; });
}

// The sums of four registers: halves are joined until four numbers are left of each, which then
// change places.
inline Quad sums(const Floats *v) {
  Quad q[4];
  for (int i = 0; i < 4; i++) q[i] = quarter(v[i], [](auto a, auto b) { return a + b; });
  Quad a = __builtin_shufflevector(q[0], q[1], 0, 4, 1, 5) +
           __builtin_shufflevector(q[0], q[1], 2, 6, 3, 7);
  Quad b = __builtin_shufflevector(q[2], q[3], 0, 4, 1, 5) +
           __builtin_shufflevector(q[2], q[3], 2, 6, 3, 7);
  return __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7);
}

inline float squared_length(const float *values, int64_t count) {
  Floats squares = {};
  int64_t d = 0;
  for (; d + kLanes <= count; d += kLanes) {
    Floats x = load(values + d);
    squares = multiply_add(x, x, squares);
  }
  if (d < count) {
    Floats x = load_first(values + d, count - d);
    squares = multiply_add(x, x, squares);
  }
  return sum(squares);
}

constexpr float kMost = std::numeric_limits<float>::max();
constexpr float kLeastNormal = std::numeric_limits<float>::min();

// A vector is ordinary where its squared length in float32 lies between these: no square that
// counts has underflowed, nothing is near overflow. All others get a second look.
constexpr float kLeastSquare = 0x1p-100f, kMostSquare = 0x1p126f;

inline bool ordinary(float square) { return square >= kLeastSquare && square <= kMostSquare; }

inline bool all_zero(const float *values, int64_t count) {
  Ints seen = {};
  int64_t d = 0;
  for (; d + kLanes <= count; d += kLanes) seen |= (Ints)load(values + d);
  if (d < count) seen |= (Ints)load_first(values + d, count - d);
  return !bits((seen & 0x7FFFFFFF) != 0);
}

// The squared length where float32 cannot be relied on: NaN for a vector that counts as not finite.
inline double exact_square(const float *values, int64_t count) {
  if (all_zero(values, count)) return 0;
  double square = 0;
  for (int64_t d = 0; d < count; d++) square += static_cast<double>(values[d]) * values[d];
  return square <= kMost ? square : std::numeric_limits<double>::quiet_NaN();
}

// Values times a power of two, so that a short vector gets a length of about 1.
inline void lengthen(const float *values, int64_t count, double square, float *to) {
  int exponent = -std::ilogb(square) / 2;
  for (int64_t d = 0; d < count; d++) to[d] = std::ldexp(values[d], exponent);
}

inline float smallest(Floats v) {
  return reduce(v, [](auto a, auto b) { return a < b ? a : b; });
}

inline Floats square_root(Floats v) {
#if defined(__AVX512F__)
  // Masked: GCC 12 takes the other's undefined source for a mistake.
  return (Floats)_mm512_maskz_sqrt_ps(0xFFFF, (__m512)v);
#elif defined(__AVX2__)
  return (Floats)_mm256_sqrt_ps((__m256)v);
#elif defined(__SSE2__)
  return (Floats)_mm_sqrt_ps((__m128)v);
#else
  for (int i = 0; i < kLanes; i++) v[i] = std::sqrt(v[i]);
  return v;
#endif
}

// e^x for x <= 0, relative error below 2e-7 + 6e-8 |x|; 0 far below. 2^n 2^r with n the whole part
// of x / ln 2 and a polynomial for r in -1/2..1/2 (least largest relative error, 1 at 0).
inline Floats exponential(Floats x) {
  // In this order a NaN stays one.
  Floats t = larger(broadcast(-200.f), x * 1.44269504f);
#if !defined(__AVX512F__)
  t = larger(broadcast(-126.f), t);
#endif
  Floats shifted = t + 12582912.f;  // 1.5 * 2^23: rounds to an integer
  Floats n = shifted - 12582912.f;
  Floats r = t - n;
  Floats p = broadcast(1.326472731e-3f);
  p = multiply_add(p, r, broadcast(9.671512991e-3f));
  p = multiply_add(p, r, broadcast(5.550733581e-2f));
  p = multiply_add(p, r, broadcast(2.402224243e-1f));
  p = multiply_add(p, r, broadcast(6.931470037e-1f));
  p = multiply_add(p, r, broadcast(1.f));
#if defined(__AVX512F__)
  return (Floats)_mm512_maskz_scalef_ps(0xFFFF, (__m512)p, (__m512)n);
#else
  Ints power = ((Ints)shifted - 0x4B400000 + 127) << 23;
  return select(x < -87.f, Floats{}, p * (Floats)power);
#endif
}

// 1 / x for normal x, relative error below 2e-7.
inline Floats reciprocal(Floats x) {
#if defined(__AVX512F__)
  Floats y = (Floats)_mm512_maskz_rcp14_ps(0xFFFF, (__m512)x);
  return y * multiply_add(-x, y, broadcast(2.f));
#else
  return 1.f / x;
#endif
}

// ln x for normal x > 0, absolute error below 1e-7 near 1. The polynomial of Cephes' logf.
inline Floats logarithm(Floats x) {
  Ints raw = (Ints)x;
  Ints exponent = ((raw >> 23) & 255) - 126;
  Floats m = (Floats)((raw & 0x007FFFFF) | 0x3F000000);  // in 0.5..1
  Ints small = m < 0.707106781f;
  exponent = exponent + small;  // a set mask is -1
  m = select(small, m + m, m) - 1.f;
  Floats e = __builtin_convertvector(exponent, Floats);
  Floats z = m * m;
  Floats p = broadcast(7.0376836292e-2f);
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  Floats y = p * m * z - e * 2.12194440e-4f - 0.5f * z;
  return m + y + e * 0.693359375f;
}

// p ln p with 0 ln 0 = 0; NaN stays NaN, negative gives NaN.
inline Floats x_log_x(Floats p) {
  Floats product = p * logarithm(p);
  product = select(p < 1.1754944e-38f, Floats{}, product);
  return select((p >= 0.f) & (p <= kInfinity), product, broadcast(kNaN));
}

inline float half_to_float(uint16_t h) {
  uint32_t sign = static_cast<uint32_t>(h & 0x8000u) << 16;
  uint32_t exponent = (h >> 10) & 31u, fraction = h & 0x3FFu;
  uint32_t out;
  if (exponent == 31) {
    out = sign | 0x7F800000u | (fraction << 13);
  } else if (exponent != 0) {
    out = sign | ((exponent + 112) << 23) | (fraction << 13);
  } else {
    float subnormal = static_cast<float>(fraction) * 5.9604644775390625e-8f;  // 2^-24
    return sign ? -subnormal : subnormal;
  }
  float value;
  std::memcpy(&value, &out, sizeof value);
  return value;
}

// Elements first..first+count-1 of an array of any feature type, as floats.
inline void read_floats(const void *from, int32_t type, int64_t first, int64_t count, float *to) {
  if (count == 0) return;  // there may be no array
  if (type == ONELABEL_FLOAT32) {
    std::memcpy(to, static_cast<const float *>(from) + first, static_cast<size_t>(count) * 4);
    return;
  }
  if (type == ONELABEL_INT8) {
    const int8_t *numbers = static_cast<const int8_t *>(from) + first;
    for (int64_t i = 0; i < count; i++) to[i] = numbers[i];
    return;
  }
  const uint16_t *raw = static_cast<const uint16_t *>(from) + first;
  if (type == ONELABEL_BFLOAT16) {
    for (int64_t i = 0; i < count; i++) {
      uint32_t wide = static_cast<uint32_t>(raw[i]) << 16;
      std::memcpy(to + i, &wide, 4);
    }
  } else {
    int64_t i = 0;
#if defined(__AVX512F__)
    for (; i + kLanes <= count; i += kLanes) {
      __m256i halves;
      std::memcpy(&halves, raw + i, sizeof halves);
      store(to + i, (Floats)_mm512_maskz_cvtph_ps(0xFFFF, halves));
    }
#elif defined(__F16C__)
    for (; i + kLanes <= count; i += kLanes) {
      __m128i halves;
      std::memcpy(&halves, raw + i, sizeof halves);
      store(to + i, (Floats)_mm256_cvtph_ps(halves));
    }
#endif
    for (; i < count; i++) to[i] = half_to_float(raw[i]);
  }
}

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
