// A panel of queries against a few database rows, in registers: lanes are queries, rows are
// broadcast. The plain version comes first; the fast ones only rule rows out (knn.cpp).
#pragma once

#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

#if ONELABEL_LANES == 16
constexpr int kVectors = 3, kRows = 8;
#elif ONELABEL_LANES == 8
constexpr int kVectors = 2, kRows = 6;
#else
constexpr int kVectors = 2, kRows = 4;
#endif
constexpr int kPanel = kVectors * kLanes;

typedef Floats Scores[kRows][kVectors];

// What is below the least normal number is 0, what is beyond the largest number is that number.
inline float within_range(float sum) {
  sum = std::fabs(sum) < kLeastNormal ? 0.f : sum;
  return sum > kMost ? kMost : sum < -kMost ? -kMost : sum;
}

inline Floats within_range(Floats sum) {
  sum = select(magnitude(sum) < kLeastNormal, Floats{}, sum);
  return select(sum > kMost, broadcast(kMost), select(sum < -kMost, broadcast(-kMost), sum));
}

// Plain: what the score of one query and one row is, to the last bit: four partial sums over the
// dimensions d % 4. Minus the squared distance, or the dot product.
template <bool kL2>
inline float exact_score(const float *q, const float *x, int64_t dimension) {
  Quad partial = {};
  int64_t d = 0;
  for (; d + 4 <= dimension; d += 4) {
    Quad a = load_quad(q + d), b = load_quad(x + d);
    partial = kL2 ? multiply_add(a - b, a - b, partial) : multiply_add(a, b, partial);
  }
  if (d < dimension) {
    Quad a = {}, b = {};
    for (int j = 0; d + j < dimension; j++) {
      a[j] = q[d + j];
      b[j] = x[d + j];
    }
    partial = kL2 ? multiply_add(a - b, a - b, partial) : multiply_add(a, b, partial);
  }
  float score = within_range((partial[0] + partial[1]) + (partial[2] + partial[3]));
  return kL2 ? -score : score;
}

// The same for kTogether pairs of a query and a row, bit for bit: one chain of sums waits for
// itself, several fill the time.
constexpr int kTogether = 4;
template <bool kL2>
inline void exact_scores_together(const float *const *q, const float *const *x, int64_t dimension,
                                  float *scores) {
  Quad partial[kTogether] = {};
  int64_t d = 0;
  for (; d + 4 <= dimension; d += 4)
    for (int i = 0; i < kTogether; i++) {
      Quad a = load_quad(q[i] + d), b = load_quad(x[i] + d);
      partial[i] = kL2 ? multiply_add(a - b, a - b, partial[i]) : multiply_add(a, b, partial[i]);
    }
  for (int i = 0; i < kTogether; i++) {
    if (d < dimension) {
      Quad a = {}, b = {};
      for (int j = 0; d + j < dimension; j++) {
        a[j] = q[i][d + j];
        b[j] = x[i][d + j];
      }
      partial[i] = kL2 ? multiply_add(a - b, a - b, partial[i]) : multiply_add(a, b, partial[i]);
    }
    float score = within_range((partial[i][0] + partial[i][1]) + (partial[i][2] + partial[i][3]));
    scores[i] = kL2 ? -score : score;
  }
}

// The same for a panel, bit for bit. A panel holds value d of its queries at d * kPanel.
template <bool kL2>
inline void exact_scores(const float *panel, const float *const *rows, int64_t dimension,
                         Scores &s) {
  for (int pair = 0; pair < kRows; pair += 2) {
    Floats partial[2][4][kVectors] = {};
    int64_t d = 0;
    auto add = [&](int j) {
      for (int v = 0; v < kVectors; v++) {
        Floats q = load(panel + (d + j) * kPanel + v * kLanes);
        for (int r = 0; r < 2; r++) {
          Floats x = broadcast(rows[pair + r][d + j]);
          Floats &sum = partial[r][j][v];
          sum = kL2 ? multiply_add(q - x, q - x, sum) : multiply_add(q, x, sum);
        }
      }
    };
    for (; d + 4 <= dimension; d += 4)
      for (int j = 0; j < 4; j++) add(j);
    for (int j = 0; d + j < dimension; j++) add(j);
    for (int r = 0; r < 2; r++)
      for (int v = 0; v < kVectors; v++) {
        const auto &p = partial[r];
        Floats score = within_range((p[0][v] + p[1][v]) + (p[2][v] + p[3][v]));
        s[pair + r][v] = kL2 ? -score : score;
      }
  }
}

// Fast: dot products plus a number for each row, one chain of sums.
inline void dot_scores(const float *panel, const float *const *rows, const float *const *offsets,
                       int64_t dimension, Scores &s) {
  for (int r = 0; r < kRows; r++)
    for (int v = 0; v < kVectors; v++) s[r][v] = broadcast(*offsets[r]);
  for (int64_t d = 0; d < dimension; d++) {
    Floats q[kVectors];
    for (int v = 0; v < kVectors; v++) q[v] = load(panel + d * kPanel + v * kLanes);
    for (int r = 0; r < kRows; r++) {
      Floats x = broadcast(rows[r][d]);
      for (int v = 0; v < kVectors; v++) s[r][v] = multiply_add(q[v], x, s[r][v]);
    }
  }
}

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
