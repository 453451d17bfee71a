// The k best rows of one query while a search goes on.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// In no order until sort(): a new row takes the place of the worst. Larger scores are better, of
// equal ones the lower index.
struct Best {
  float *scores;  // room(k) of them
  int64_t *indices;
  int32_t k, found, worst;

  // Scores are compared by whole registers.
  static int64_t room(int64_t k) { return (k + kLanes - 1) / kLanes * kLanes; }

  void clear() {
    found = 0;
    // What lies behind the k-th is never the worst.
    std::fill(scores, scores + room(k), kInfinity);
  }

  // Beyond float32's range all distances are equal: of them none is ruled out.
  float threshold() const {
    return found < k || scores[worst] <= -kMost ? -kInfinity : scores[worst];
  }

  // What a row must exceed, if no row that comes has an index below `lowest`.
  float threshold(int64_t lowest) const {
    float least = threshold();
    return found < k || indices[worst] < lowest ? least : std::nextafter(least, -kInfinity);
  }

  // False where the row is not good enough.
  bool insert(float score, int64_t index) {
    if (found < k) {
      scores[found] = score;
      indices[found] = index;
      if (++found == k) find_worst();
      return true;
    }
    if (score < scores[worst] || (score == scores[worst] && index > indices[worst])) return false;
    scores[worst] = score;
    indices[worst] = index;
    find_worst();
    return true;
  }

  void find_worst() {
    Floats least = load(scores);
    for (int32_t i = kLanes; i < k; i += kLanes)
      least = select(load(scores + i) < least, load(scores + i), least);
    Floats lowest = broadcast(smallest(least));
    worst = -1;
    for (int32_t i = 0; i < k; i += kLanes)
      for (uint32_t equal = bits(load(scores + i) == lowest); equal; equal &= equal - 1) {
        int32_t at = i + __builtin_ctz(equal);
        // Where a score is infinite what lies behind the k-th equals it.
        if (at < k && (worst < 0 || indices[at] > indices[worst])) worst = at;
      }
  }

  // Best first.
  void sort(std::vector<std::pair<float, int64_t>> &scratch) {
    scratch.resize(static_cast<size_t>(found));
    for (int32_t i = 0; i < found; i++) scratch[static_cast<size_t>(i)] = {-scores[i], indices[i]};
    std::sort(scratch.begin(), scratch.end());
    for (int32_t i = 0; i < found; i++) {
      scores[i] = -scratch[static_cast<size_t>(i)].first;
      indices[i] = scratch[static_cast<size_t>(i)].second;
    }
  }
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
