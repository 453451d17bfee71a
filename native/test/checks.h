// What a test counts and reports, and its random numbers.
#pragma once

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

inline std::mt19937_64 random_bits;
inline int checks = 0, failures = 0;
inline std::string current;  // what is being tested

inline void check(bool ok, const std::string &what) {
  checks++;
  if (!ok && failures++ < 30)
    std::fprintf(stderr, "FAILED: %s: %s\n", current.c_str(), what.c_str());
}

inline int64_t between(int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random_bits);
}
