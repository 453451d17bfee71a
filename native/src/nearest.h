// The k best rows of a block of queries, and the answer to a search for them.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "aligned.h"
#include "best.h"
#include "calls.h"
#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

class Nearest {
 public:
  typedef const KnnCall Call;

  // For up to `capacity` queries of the call.
  Nearest(const KnnCall &call, int64_t capacity)
      : call_(call),
        likely_(call.likely),
        many_(Best::is_many(call.k, call.database_count)),
        scores_(static_cast<size_t>(capacity * Best::scores(call.k, many_))),
        indices_(static_cast<size_t>(capacity * Best::indices(call.k, many_))),
        best_(static_cast<size_t>(capacity)) {}

  // So many rows of a query are good enough, at most.
  int64_t wanted() const { return call_.k; }

  // So many of `rows` rows are for a while.
  double passing(double rows) const {
    double any = passing_rows(call_.k, rows);
    return likely_ ? std::min(any, call_.reaching) : any;
  }

  // Nothing is found for query i of the block, number `query` of the call, yet.
  void begin(size_t i, int64_t query) {
    int64_t n = static_cast<int64_t>(i);
    best_[i] = Best(scores_.data() + n * Best::scores(call_.k, many_),
                    indices_.data() + n * Best::indices(call_.k, many_), call_.k, many_,
                    likely_ ? likely_[query] : -kInfinity);
  }

  // Does not trust in what is likely any more.
  void doubt() { likely_ = nullptr; }

  // Whether query i of the block, number `query` of the call, would have more rows without what was
  // likely.
  bool lacks(size_t i, int64_t query) const {
    return likely_ && likely_[query] > -kInfinity && best_[i].found() < call_.k;
  }

  // What a row must reach for query i of the block, and what it must exceed, if no row that comes
  // has an index below `lowest`.
  float threshold(size_t i) const { return best_[i].threshold(); }
  float threshold(size_t i, int64_t lowest) const { return best_[i].threshold(lowest); }

  // Whether that has changed.
  bool insert(size_t i, float score, int64_t row) { return best_[i].insert(score, row); }

  // Takes over what another one found in other rows.
  void join(Nearest &other, size_t i) {
    other.best_[i].rank(ranking_);
    for (auto [score, row] : ranking_) best_[i].insert(score, row);
  }

  // Query i of the block is query `query` of the call; `valid`: it is finite.
  void finish(size_t i, int64_t query, bool valid) {
    best_[i].rank(ranking_);
    for (auto &[score, row] : ranking_)
      if (l2() && score <= -kMost) score = -kInfinity;
    int64_t to = query * call_.k, found = static_cast<int64_t>(ranking_.size());
    for (int64_t j = 0; j < call_.k; j++) {
      auto [score, row] =
          j < found ? ranking_[static_cast<size_t>(j)] : std::pair{kNaN, int64_t{-1}};
      if (call_.indices) call_.indices[to + j] = row;
      if (call_.scores) call_.scores[to + j] = l2() ? 0 - score : score;
    }
    if (call_.votes) vote(valid, call_.votes + query * call_.classes);
  }

 private:
  bool l2() const { return call_.metric == ONELABEL_SQUARED_L2; }

  // e^((score - best) / temperature), also where the difference is beyond float32's range, or that
  // of two equal infinities.
  float share(float score, float best) const {
    if (score == best) return 1;
    float exponent = (score - best) / call_.temperature;
    if (exponent < -kMost)
      exponent = static_cast<float>((static_cast<double>(score) - best) / call_.temperature);
    return std::exp(exponent);
  }

  // The votes of the rows in ranking_.
  void vote(bool valid, float *votes) const {
    for (int32_t c = 0; c < call_.classes; c++) votes[c] = valid ? 0 : kNaN;
    bool softmax = call_.vote == ONELABEL_SOFTMAX_SCORE;
    float total = 0;
    for (size_t j = 0; j < ranking_.size() && softmax; j++)
      total += share(ranking_[j].first, ranking_[0].first);
    for (auto [score, row] : ranking_) {
      float weight = softmax ? share(score, ranking_[0].first) / total : std::max(0.f, score);
      if (weight == 0) continue;
      if (call_.label_kind == ONELABEL_HARD_LABELS) {
        int32_t label = static_cast<const uint8_t *>(call_.labels)[row];
        if (label < call_.classes) votes[label] += weight;
      } else {
        const float *shares = static_cast<const float *>(call_.labels) + row * call_.classes;
        for (int32_t c = 0; c < call_.classes; c++) votes[c] += weight * shares[c];
      }
    }
  }

  const KnnCall &call_;
  const float *likely_;
  const bool many_;
  Aligned<float> scores_;
  std::vector<int64_t> indices_;
  std::vector<Best> best_;
  Ranking ranking_;
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
