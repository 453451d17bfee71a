// Batched exact K nearest neighbours without a score matrix.
//
// A block of queries is packed dimension-major into panels of a few registers. Tiles of database
// rows, small enough for the second-level cache, stream past it; for each panel a handful of rows
// is broadcast against the queries' lanes, the finished scores are compared with each query's k-th
// best so far, and only a hit leaves the registers. Rows are visited in order and only a strictly
// better score replaces another, so the lower index wins a tie. A block belongs to one thread: the
// answer does not depend on the number of threads.
//
// Inside, larger is better: squared L2 works on minus the distance, summed as (q - x)^2 so that
// near duplicates keep their digits.
#include <algorithm>
#include <atomic>
#include <vector>

#include "kernels.h"
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
constexpr int64_t kBlock = 96 / kPanel * kPanel;
constexpr int64_t kTileBytes = 192 * 1024;

// The best rows of one query, best first.
struct Best {
  float *scores;
  int64_t *indices;
  int32_t found, k;

  float threshold() const { return found < k ? -kInfinity : scores[k - 1]; }

  void insert(float score, int64_t index) {
    int32_t at = found < k ? found++ : k - 1;
    while (at > 0 && scores[at - 1] < score) {
      scores[at] = scores[at - 1];
      indices[at] = indices[at - 1];
      at--;
    }
    scores[at] = score;
    indices[at] = index;
  }
};

template <bool kL2>
inline void panel_scores(const float *panel, const float *const *rows, int64_t dimension,
                         Floats (&s)[kRows][kVectors]) {
  for (int r = 0; r < kRows; r++)
    for (int v = 0; v < kVectors; v++) s[r][v] = Floats{};
  for (int64_t d = 0; d < dimension; d++) {
    Floats q[kVectors];
    for (int v = 0; v < kVectors; v++) q[v] = load(panel + d * kPanel + v * kLanes);
    for (int r = 0; r < kRows; r++) {
      Floats x = broadcast(rows[r][d]);
      for (int v = 0; v < kVectors; v++) {
        if (kL2) {
          Floats difference = q[v] - x;
          s[r][v] += difference * difference;
        } else {
          s[r][v] += q[v] * x;
        }
      }
    }
  }
}

class Block {
 public:
  Block(const KnnCall &call, int64_t first)
      : call_(call),
        first_(first),
        count_(std::min(kBlock, call.query_count - first)),
        panels_((count_ + kPanel - 1) / kPanel),
        packed_(static_cast<size_t>(panels_ * kPanel * call.dimension)),
        thresholds_(static_cast<size_t>(panels_ * kPanel), kInfinity),
        scores_(static_cast<size_t>(count_ * call.k)),
        indices_(static_cast<size_t>(count_ * call.k)),
        best_(static_cast<size_t>(count_)),
        norms_(static_cast<size_t>(count_)) {
    tile_rows_ = std::max<int64_t>(
        kRows, kTileBytes / std::max<int64_t>(1, call.dimension * 4) / kRows * kRows);
    tile_rows_ = std::min<int64_t>(tile_rows_, 4096 / kRows * kRows);
    scales_.resize(static_cast<size_t>(tile_rows_ + kRows));
    if (call.type != ONELABEL_FLOAT32)
      converted_.resize(static_cast<size_t>(tile_rows_ * call.dimension));
  }

  // Returns the number of queries and of database rows that are not finite.
  void run(int64_t *invalid_queries, int64_t *invalid_rows) {
    *invalid_queries = pack();
    *invalid_rows = 0;
    for (int64_t row = 0; row < call_.database_count; row += tile_rows_)
      *invalid_rows += tile(row, std::min(tile_rows_, call_.database_count - row));
    for (int64_t i = 0; i < count_; i++) finish(i);
  }

 private:
  int64_t pack() {
    int64_t invalid = 0;
    std::vector<float> row(static_cast<size_t>(call_.dimension));
    for (int64_t i = 0; i < count_; i++) {
      read_floats(call_.queries, call_.type, (first_ + i) * call_.query_stride, call_.dimension,
                  row.data());
      float square = 0;
      float *panel = packed_.data() + i / kPanel * kPanel * call_.dimension + i % kPanel;
      for (int64_t d = 0; d < call_.dimension; d++) {
        square += row[static_cast<size_t>(d)] * row[static_cast<size_t>(d)];
        panel[d * kPanel] = row[static_cast<size_t>(d)];
      }
      bool valid = square <= std::numeric_limits<float>::max();
      norms_[static_cast<size_t>(i)] = valid ? std::sqrt(square) : kNaN;
      invalid += valid ? 0 : 1;
      best_[static_cast<size_t>(i)] = {scores_.data() + i * call_.k, indices_.data() + i * call_.k,
                                       0, call_.k};
      // A threshold of infinity keeps the query out of every comparison.
      thresholds_[static_cast<size_t>(i)] = valid ? -kInfinity : kInfinity;
    }
    return invalid;
  }

  int64_t tile(int64_t first, int64_t count) {
    const float *rows;
    int64_t stride;
    if (call_.type == ONELABEL_FLOAT32) {
      rows = static_cast<const float *>(call_.database) + first * call_.database_stride;
      stride = call_.database_stride;
    } else {
      for (int64_t r = 0; r < count; r++)
        read_floats(call_.database, call_.type, (first + r) * call_.database_stride,
                    call_.dimension, converted_.data() + r * call_.dimension);
      rows = converted_.data();
      stride = call_.dimension;
    }
    int64_t invalid = scale(rows, stride, count);
    for (int64_t p = 0; p < panels_; p++) {
      for (int64_t r = 0; r < count; r += kRows) {
        const float *group[kRows];
        for (int j = 0; j < kRows; j++) group[j] = rows + std::min(r + j, count - 1) * stride;
        Floats s[kRows][kVectors];
        const float *panel = packed_.data() + p * kPanel * call_.dimension;
        if (call_.metric == ONELABEL_SQUARED_L2)
          panel_scores<true>(panel, group, call_.dimension, s);
        else
          panel_scores<false>(panel, group, call_.dimension, s);
        collect(p, first + r, static_cast<int>(std::min<int64_t>(kRows, count - r)),
                scales_.data() + r, s);
      }
    }
    return invalid;
  }

  // What the raw sum of each row is multiplied with; NaN keeps a row out.
  int64_t scale(const float *rows, int64_t stride, int64_t count) {
    int64_t invalid = 0;
    for (int64_t r = 0; r < count; r++) {
      const float *row = rows + r * stride;
      Floats squares = {};
      int64_t d = 0;
      for (; d + kLanes <= call_.dimension; d += kLanes) {
        Floats x = load(row + d);
        squares += x * x;
      }
      float square = sum(squares);
      for (; d < call_.dimension; d++) square += row[d] * row[d];
      bool valid = square <= std::numeric_limits<float>::max();
      invalid += valid ? 0 : 1;
      float factor = call_.metric == ONELABEL_SQUARED_L2 ? -1.f : 1.f;
      if (call_.metric == ONELABEL_COSINE) factor = square > 0 ? 1 / std::sqrt(square) : 0;
      scales_[static_cast<size_t>(r)] = valid ? factor : kNaN;
    }
    return invalid;
  }

  void collect(int64_t panel, int64_t row, int rows, const float *scales,
               const Floats (&s)[kRows][kVectors]) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < kVectors; v++) {
        Floats scaled = s[r][v] * scales[r];
        float *thresholds = thresholds_.data() + panel * kPanel + v * kLanes;
        uint32_t hits = bits(scaled > load(thresholds));
        while (hits) {
          int lane = __builtin_ctz(hits);
          hits &= hits - 1;
          int64_t i = panel * kPanel + v * kLanes + lane;
          if (i >= count_ || !eligible(i, row + r)) continue;
          Best &best = best_[static_cast<size_t>(i)];
          best.insert(scaled[lane], row + r);
          thresholds[lane] = best.threshold();
        }
      }
    }
  }

  bool eligible(int64_t i, int64_t row) const {
    if (call_.allowed && !(call_.allowed[row >> 3] >> (row & 7) & 1)) return false;
    if (!call_.excluded) return true;
    const int64_t *range = call_.excluded + 2 * (first_ + i);
    return row < range[0] || row >= range[1];
  }

  void finish(int64_t i) {
    Best &best = best_[static_cast<size_t>(i)];
    float norm = norms_[static_cast<size_t>(i)];
    bool valid = norm == norm;
    for (int32_t j = 0; j < best.found; j++) {
      if (call_.metric == ONELABEL_COSINE) best.scores[j] = norm > 0 ? best.scores[j] / norm : 0;
    }
    int64_t to = (first_ + i) * call_.k;
    for (int32_t j = 0; j < call_.k; j++) {
      bool there = j < best.found;
      if (call_.indices) call_.indices[to + j] = there ? best.indices[j] : -1;
      if (call_.scores) {
        float score = there ? best.scores[j] : kNaN;
        call_.scores[to + j] = call_.metric == ONELABEL_SQUARED_L2 ? -score : score;
      }
    }
    if (call_.votes) vote(best, valid, call_.votes + (first_ + i) * call_.classes);
  }

  void vote(const Best &best, bool valid, float *votes) const {
    for (int32_t c = 0; c < call_.classes; c++) votes[c] = valid ? 0 : kNaN;
    float total = 0;
    for (int32_t j = 0; j < best.found && call_.vote == ONELABEL_SOFTMAX_SCORE; j++)
      total += std::exp((best.scores[j] - best.scores[0]) / call_.temperature);
    for (int32_t j = 0; j < best.found; j++) {
      float weight = call_.vote == ONELABEL_SOFTMAX_SCORE
                         ? std::exp((best.scores[j] - best.scores[0]) / call_.temperature) / total
                         : std::max(0.f, best.scores[j]);
      if (call_.label_kind == ONELABEL_HARD_LABELS) {
        int32_t label = static_cast<const uint8_t *>(call_.labels)[best.indices[j]];
        if (label < call_.classes) votes[label] += weight;
      } else {
        const float *shares =
            static_cast<const float *>(call_.labels) + best.indices[j] * call_.classes;
        for (int32_t c = 0; c < call_.classes; c++) votes[c] += weight * shares[c];
      }
    }
  }

  const KnnCall &call_;
  int64_t first_, count_, panels_;
  std::vector<float> packed_, thresholds_, scores_;
  std::vector<int64_t> indices_;
  std::vector<Best> best_;
  std::vector<float> norms_, scales_, converted_;
  int64_t tile_rows_ = 0;
};

}  // namespace

void knn(Parallel &parallel, const KnnCall &call) {
  int64_t blocks = (call.query_count + kBlock - 1) / kBlock;
  std::atomic<int64_t> invalid_queries{0}, invalid_rows{0};
  parallel.run(blocks, [&](int64_t b) {
    int64_t queries, rows;
    Block(call, b * kBlock).run(&queries, &rows);
    invalid_queries += queries;
    if (b == 0) invalid_rows = rows;
  });
  if (call.invalid) {
    call.invalid[0] = invalid_queries.load();
    call.invalid[1] = invalid_rows.load();
  }
}

}  // namespace ONELABEL_TIER
}  // namespace onelabel
