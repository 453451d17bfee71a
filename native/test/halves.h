// What 16-bit floats stand for.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

inline float half_value(uint16_t bits) {
  float sign = bits & 0x8000 ? -1.f : 1.f;
  int exponent = bits >> 10 & 31, fraction = bits & 1023;
  if (exponent == 31) return fraction ? NAN : sign * INFINITY;
  return sign * (exponent ? std::ldexp(1024.f + static_cast<float>(fraction), exponent - 25)
                          : std::ldexp(static_cast<float>(fraction), -24));
}

inline float bfloat_value(uint16_t bits) {
  uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &wide, 4);
  return value;
}
