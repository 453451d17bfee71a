// All rows within a radius of a block of queries, and the answer to a search for them.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>
#include <vector>

#include "best.h"
#include "calls.h"
#include "parallel.h"
#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// The index and the score of a row, as the caller gets them.
typedef std::pair<int64_t, float> Found;

// A range search, and what all its blocks have found.
class RangeSearch : public RangeCall {
 public:
  explicit RangeSearch(const RangeCall &call)
      : RangeCall(call), rows_(static_cast<size_t>(keeps() ? query_count : 0)) {
    starts[0] = 0;
  }

  // Rows are kept until there are more than there is room for.
  bool keeps() const { return (indices || scores) && found_.load() <= capacity && capacity > 0; }

  void add(int64_t count) { found_ += count; }

  // Of one query; `rows` are all that were found, or none where they are not kept any more.
  void take(int64_t query, int64_t count, std::vector<Found> &rows) {
    starts[query + 1] = count;
    if (!rows.empty()) rows_[static_cast<size_t>(query)].swap(rows);
  }

  // The answer, after all queries are taken.
  void write(Parallel &parallel) {
    for (int64_t q = 0; q < query_count; q++) starts[q + 1] += starts[q];
    if (rows_.empty() || starts[query_count] > capacity) return;
    parallel.run((query_count + kTogetherQueries - 1) / kTogetherQueries, [&](int64_t part) {
      int64_t first = part * kTogetherQueries;
      for (int64_t q = first; q < std::min(query_count, first + kTogetherQueries); q++) {
        int64_t to = starts[q];
        for (auto [row, score] : rows_[static_cast<size_t>(q)]) {
          if (indices) indices[to] = row;
          if (scores) scores[to] = score;
          to++;
        }
      }
    });
  }

 private:
  static constexpr int64_t kTogetherQueries = 256;

  std::atomic<int64_t> found_{0};
  std::vector<std::vector<Found>> rows_;
};

class Within {
 public:
  typedef RangeSearch Call;

  // For up to `capacity` queries of the search.
  Within(RangeSearch &search, int64_t capacity)
      : search_(search),
        least_(l2() ? -search.radius : search.radius),
        keeps_(search.keeps()),
        counts_(static_cast<size_t>(capacity)),
        rows_(counts_.size()) {}

  // A filter does not pay where most rows are within the radius, which shows in time.
  int64_t wanted() const { return 1; }
  double passing(double rows) const { return passing_rows(1, rows); }

  void begin(size_t i, int64_t) {
    counts_[i] = 0;
    rows_[i].clear();
  }

  float threshold(size_t) const { return least_; }
  float threshold(size_t, int64_t) const { return std::nextafter(least_, -kInfinity); }

  // The threshold never changes.
  bool insert(size_t i, float score, int64_t row) {
    float reported = !l2() ? score : score <= -kMost ? kInfinity : 0 - score;
    if (l2() ? reported > search_.radius : reported < search_.radius) return false;
    counts_[i]++;
    if (!keeps_) return false;
    rows_[i].emplace_back(row, reported);
    if (++unreported_ == kBatch) report();
    return false;
  }

  void doubt() {}
  bool lacks(size_t, int64_t) const { return false; }

  void join(Within &other, size_t i) {
    counts_[i] += other.counts_[i];
    if (keeps_ && other.keeps_)
      rows_[i].insert(rows_[i].end(), other.rows_[i].begin(), other.rows_[i].end());
  }

  void finish(size_t i, int64_t query, bool) {
    // Leaves come in the order of their distance.
    if (!std::is_sorted(rows_[i].begin(), rows_[i].end()))
      std::sort(rows_[i].begin(), rows_[i].end());
    search_.take(query, counts_[i], rows_[i]);
  }

 private:
  // Blocks tell each other from time to time how much they found: together they hold little more
  // than there is room for.
  static constexpr int64_t kBatch = 1024;

  bool l2() const { return search_.metric == ONELABEL_SQUARED_L2; }

  void report() {
    search_.add(unreported_);
    unreported_ = 0;
    keeps_ = search_.keeps();
    if (!keeps_) std::vector<std::vector<Found>>(rows_.size()).swap(rows_);
  }

  RangeSearch &search_;
  const float least_;
  bool keeps_;
  int64_t unreported_ = 0;
  std::vector<int64_t> counts_;
  std::vector<std::vector<Found>> rows_;
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
