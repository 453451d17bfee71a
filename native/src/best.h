// The k best rows of one query while a search goes on.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// So many of `rows` rows in any order are among the k best for a while.
inline double passing_rows(double k, double rows) {
  return k * (1 + std::log(std::max(1., rows / std::max(k, 1.))));
}

// A score and its row, best first: larger scores, of equal ones the lower index.
typedef std::vector<std::pair<float, int64_t>> Ranking;

// In no order until rank(). Larger scores are better, of equal ones the lower index. Scores are
// numbers, and zeros have no sign.
//
// Few: a new row takes the place of the worst, which is then looked for among all k.
// Many: looking through all k for each new row takes longer than what a looser threshold lets pass.
// Up to 2k rows wait as one integer each, which orders as score and row do, and are thinned to the
// k best when there is no more room.
class Best {
 public:
  // Numbers of rows below this fit a key beside the score.
  static constexpr int64_t kMostRows = int64_t{1} << 32;

  // From this k on two looks at all in k insertions cost less than one look in each.
  static bool is_many(int64_t k, int64_t rows) { return k >= 48 && rows <= kMostRows; }

  // Room for the scores (compared by whole registers), or the keys, and for the indices of one.
  static int64_t scores(int64_t k, bool many) {
    return many ? 0 : (k + kLanes - 1) / kLanes * kLanes;
  }
  static int64_t indices(int64_t k, bool many) { return many ? 2 * k : k; }

  Best() = default;
  // Rows that do not reach `least` are left out.
  Best(float *scores, int64_t *indices, int32_t k, bool many, float least)
      : scores_(scores), indices_(indices), k_(k), many_(many), least_(least) {
    // What lies behind the k-th is never the worst.
    if (!many) std::fill(scores, scores + Best::scores(k, many), kInfinity);
  }

  // What a row must reach. Beyond float32's range all distances are equal: of them none is ruled
  // out.
  float threshold() const { return least_ <= -kMost ? -kInfinity : least_; }

  // What a row must exceed, if no row that comes has an index below `lowest`.
  float threshold(int64_t lowest) const {
    float least = threshold();
    return least_index_ < lowest ? least : std::nextafter(least, -kInfinity);
  }

  // Whether what a row must exceed has changed.
  bool insert(float score, int64_t index) {
    if (score < least_ || (score == least_ && index > least_index_)) return false;
    if (many_) {
      keys()[found_++] = key(score, index);
      return (found_ == k_ || found_ == 2 * k_) && thin();
    }
    int32_t at = found_ < k_ ? found_++ : worst_;
    scores_[at] = score;
    indices_[at] = index;
    return found_ == k_ && find_worst();
  }

  // How many there are, k or more where there are enough.
  int32_t found() const { return found_; }

  // Best first.
  void rank(Ranking &ranking) {
    if (many_) {
      if (found_ > k_) thin();
      std::sort(keys(), keys() + found_, std::greater<uint64_t>());
    }
    ranking.resize(static_cast<size_t>(found_));
    for (int32_t i = 0; i < found_; i++)
      ranking[static_cast<size_t>(i)] =
          many_ ? row_of(keys()[i]) : std::make_pair(scores_[i], indices_[i]);
    if (!many_)
      std::sort(ranking.begin(), ranking.end(), [](const auto &a, const auto &b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
      });
  }

 private:
  // Unsigned numbers in the order of the scores, then of the rows, the first being best.
  static uint64_t key(float score, int64_t index) {
    uint32_t raw;
    std::memcpy(&raw, &score, sizeof raw);
    raw = raw & 0x80000000u ? ~raw : raw | 0x80000000u;
    return static_cast<uint64_t>(raw) << 32 | (0xFFFFFFFFu - static_cast<uint32_t>(index));
  }

  static std::pair<float, int64_t> row_of(uint64_t key) {
    uint32_t raw = static_cast<uint32_t>(key >> 32);
    raw = raw & 0x80000000u ? raw & 0x7FFFFFFFu : ~raw;
    float score;
    std::memcpy(&score, &raw, sizeof score);
    return {score, 0xFFFFFFFFu - static_cast<uint32_t>(key)};
  }

  uint64_t *keys() const { return reinterpret_cast<uint64_t *>(indices_); }

  // Leaves the k best of k or more.
  bool thin() {
    std::nth_element(keys(), keys() + k_ - 1, keys() + found_, std::greater<uint64_t>());
    found_ = k_;
    std::tie(least_, least_index_) = row_of(keys()[k_ - 1]);
    return true;
  }

  bool find_worst() {
    Floats lowest_of = load(scores_);
    for (int32_t i = kLanes; i < k_; i += kLanes)
      lowest_of = select(load(scores_ + i) < lowest_of, load(scores_ + i), lowest_of);
    Floats lowest = broadcast(smallest(lowest_of));
    worst_ = -1;
    for (int32_t i = 0; i < k_; i += kLanes)
      for (uint32_t equal = bits(load(scores_ + i) == lowest); equal; equal &= equal - 1) {
        int32_t at = i + __builtin_ctz(equal);
        // Where a score is infinite what lies behind the k-th equals it.
        if (at < k_ && (worst_ < 0 || indices_[at] > indices_[worst_])) worst_ = at;
      }
    least_ = scores_[worst_];
    least_index_ = indices_[worst_];
    return true;
  }

  float *scores_ = nullptr;
  int64_t *indices_ = nullptr;
  int32_t k_ = 0, found_ = 0, worst_ = 0;
  bool many_ = false;
  // The k-th best when it was last looked for; before there are k, what was given.
  float least_ = -kInfinity;
  int64_t least_index_ = std::numeric_limits<int64_t>::max();
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
