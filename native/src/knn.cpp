// Batched exact K nearest neighbours without a score matrix.
//
// Plain: every query with every row by exact_score (panel.h), the k best kept; rows are visited in
// any order, a better score or an equal one of a lower index replaces the worst kept.
//
// Fast: a block of queries is packed dimension-major into panels of a few registers and tiles of
// database rows stream past it. The scores of a panel come from a cheaper sum - a plain chain of
// products, or pairs of bfloat16 where the processor has them - whose distance from the exact score
// has a proven bound: a row is scored exactly only where the cheap score comes within that bound of
// the k-th best so far. The answer is that of the plain version to the last bit, whatever the
// instruction set's filter, the number of threads or of queries in the call. Where too many rows
// pass (near duplicates), the block goes on with exact scores alone.
//
// Few dimensions and squared L2 (dense local features): both sides are sorted into the leaves of a
// k-d tree. A leaf of queries visits the leaves of the database nearest first and stops where the
// distance between the boxes exceeds the k-th best of all its queries.
//
// Inside, larger is better: squared L2 works on minus the distance.
#include <algorithm>
#include <atomic>
#include <vector>

#include "kernels.h"
#include "panel.h"
#include "partition.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// What a block of packed queries may take of the second-level cache, and a tile of rows of the
// first.
constexpr int64_t kBlockBytes = 512 * 1024, kTileBytes = 32 * 1024;

// From this many dimensions on two products an instruction pay for the rounding of rows.
constexpr int64_t kHalfDimensions = 64;

// Above this many dimensions boxes are too far apart to rule anything out; below these counts
// sorting costs more than it saves.
constexpr int64_t kPartitionDimensions = 64, kPartitionQueries = 256, kPartitionRows = 2048;
constexpr int64_t kLeafRows = 128;

// The best rows of one query, best first.
struct Best {
  float *scores;
  int64_t *indices;
  int32_t found, k;

  float threshold() const { return found < k ? -kInfinity : scores[k - 1]; }

  // What a row must exceed, if no row that comes has an index below `lowest`.
  float threshold(int64_t lowest) const {
    float worst = threshold();
    return found < k || indices[k - 1] < lowest ? worst : std::nextafter(worst, -kInfinity);
  }

  // False where the row is not good enough.
  bool insert(float score, int64_t index) {
    auto before = [&](int32_t at) {
      return scores[at] > score || (scores[at] == score && indices[at] < index);
    };
    if (found == k && before(k - 1)) return false;
    int32_t at = found < k ? found++ : k - 1;
    while (at > 0 && !before(at - 1)) {
      scores[at] = scores[at - 1];
      indices[at] = indices[at - 1];
      at--;
    }
    scores[at] = score;
    indices[at] = index;
    return true;
  }
};

// Rows that a block looks at together.
struct Tile {
  const float *rows;
  int64_t stride, count;
  int64_t first;       // number of the first row in the call, unless there are
  const int64_t *ids;  // numbers of all rows, rising
  const float *offsets, *scales;
  float longest;  // upper limit of the scaled rows' lengths

  int64_t id(int64_t r) const { return ids ? ids[r] : first + r; }
};

class Block {
 public:
  // For up to `capacity` queries of the call.
  Block(const KnnCall &call, int64_t capacity, const std::vector<float> *centre)
      : call_(call),
        lanes_((capacity + kPanel - 1) / kPanel * kPanel),
        centre_(centre),
        queries_(static_cast<size_t>(capacity * call.dimension)),
        thresholds_(static_cast<size_t>(lanes_)),
        scores_(static_cast<size_t>(capacity * call.k)),
        indices_(scores_.size()),
        best_(static_cast<size_t>(capacity)),
        lengths_(static_cast<size_t>(capacity)),
        bases_(lengths_.size()),
        losses_(lengths_.size()) {
    if (centre_) {
      float square = 0;
      for (float value : *centre_) square += value * value;
      centre_length_ = std::sqrt(square);
    }
  }

  // Rows in their order, tile by tile, for `count` queries from `first` on. Returns the number of
  // queries and of database rows that are not finite.
  void scan(int64_t first, int64_t count, int64_t *invalid_queries, int64_t *invalid_rows) {
    first_ = first;
    count_ = count;
    *invalid_queries = *invalid_rows = 0;
    for (int64_t i = 0; i < count; i++) {
      read_floats(call_.queries, call_.type, (first + i) * call_.query_stride, call_.dimension,
                  query(i));
      *invalid_queries += take(i) ? 0 : 1;
    }
    pack();
    int64_t row_bytes = std::max<int64_t>(1, call_.dimension * (centre_ ? 2 : 4));
    int64_t tile_rows = std::clamp<int64_t>(kTileBytes / row_bytes, 32, 1024) / kRows * kRows;
    if (call_.type != ONELABEL_FLOAT32)
      converted_.resize(static_cast<size_t>(tile_rows * call_.dimension));
    offsets_.resize(static_cast<size_t>(tile_rows + kRows));
    scales_.resize(offsets_.size());
    for (int64_t r = 0; r < call_.database_count; r += tile_rows)
      *invalid_rows += scan_tile(r, std::min(tile_rows, call_.database_count - r));
    for (int64_t i = 0; i < count_; i++) finish(i);
  }

  // The same by leaves, for one leaf of the queries; squared L2 alone.
  void visit(const Partition &queries, int64_t leaf, const Partition &database) {
    ids_ = queries.ids(queries.first(leaf));
    count_ = queries.rows(leaf);
    for (int64_t i = 0; i < count_; i++) {
      const float *row = queries.row(queries.first(leaf) + i);
      std::copy(row, row + call_.dimension, query(i));
      take(i);
    }
    pack();
    scales_.assign(static_cast<size_t>(kLeafRows + kRows), 1.f);
    // Rounding of a distance and of a bound, both sums of `dimension` squares.
    float certain = 1 - static_cast<float>(2 * call_.dimension + 8) * 6e-8f;
    for (const Near &near : by_distance(queries, leaf, database)) {
      float worst = kInfinity;
      for (int64_t i = 0; i < count_; i++)
        worst = std::min(worst, best_[static_cast<size_t>(i)].threshold());
      if (-near.bound * certain < worst) break;
      int64_t first = database.first(near.leaf);
      compare({database.row(first), call_.dimension, database.rows(near.leaf), 0,
               database.ids(first), database.offsets(first), scales_.data(),
               database.longest(near.leaf)});
    }
    for (int64_t i = 0; i < count_; i++) finish(i);
  }

  // The answer to a query that is not finite.
  void refuse(int64_t query) {
    first_ = query;
    ids_ = nullptr;
    best_[0] = {scores_.data(), indices_.data(), 0, call_.k};
    lengths_[0] = kNaN;
    finish(0);
  }

 private:
  struct Near {
    float bound;
    int64_t leaf, lowest;
    bool operator<(const Near &other) const {
      return bound != other.bound ? bound < other.bound : lowest < other.lowest;
    }
  };

  // The leaves of the database, the nearest box first.
  std::vector<Near> by_distance(const Partition &queries, int64_t leaf, const Partition &database) {
    int64_t leaves = database.leaves();
    std::vector<float> bounds(static_cast<size_t>(leaves));
    for (int64_t d = 0; d < call_.dimension; d++) {
      float low = queries.lower(d)[leaf], high = queries.upper(d)[leaf];
      const float *lower = database.lower(d), *upper = database.upper(d);
      for (int64_t l = 0; l < leaves; l++) {
        float gap = std::max(0.f, std::max(lower[l] - high, low - upper[l]));
        bounds[static_cast<size_t>(l)] += gap * gap;
      }
    }
    std::vector<Near> order(static_cast<size_t>(leaves));
    for (int64_t l = 0; l < leaves; l++)
      order[static_cast<size_t>(l)] = {bounds[static_cast<size_t>(l)], l,
                                       *database.ids(database.first(l))};
    std::sort(order.begin(), order.end());
    return order;
  }

  float *query(int64_t i) { return queries_.data() + i * call_.dimension; }
  bool l2() const { return call_.metric == ONELABEL_SQUARED_L2; }

  // Takes in the query in query(i), of length 1 for a cosine; false where it is not finite.
  bool take(int64_t i) {
    float square = 0;
    for (int64_t d = 0; d < call_.dimension; d++) square += query(i)[d] * query(i)[d];
    bool valid = square <= std::numeric_limits<float>::max();
    size_t at = static_cast<size_t>(i);
    float length = std::sqrt(square);
    if (call_.metric == ONELABEL_COSINE && length > 0) {
      for (int64_t d = 0; d < call_.dimension; d++) query(i)[d] /= length;
      length = 1;
    }
    lengths_[at] = valid ? length : kNaN;
    bases_[at] = l2() ? square : 0;
    losses_[at] = 0;
    best_[at] = {scores_.data() + i * call_.k, indices_.data() + i * call_.k, 0, call_.k};
    return valid;
  }

  // Queries into panels for the filter.
  void pack() {
    exact_ = false;
    compared_ = hits_ = 0;
#if defined(__AVX512BF16__)
    if (centre_) {
      pack_halves();
      return;
    }
#endif
    pack_floats();
  }

  void pack_floats() {
    packed_.assign(static_cast<size_t>(lanes_ * call_.dimension), 0.f);
    for (int64_t i = 0; i < count_; i++) {
      float *panel = packed_.data() + i / kPanel * kPanel * call_.dimension + i % kPanel;
      for (int64_t d = 0; d < call_.dimension; d++) panel[d * kPanel] = query(i)[d];
    }
  }

#if defined(__AVX512BF16__)
  int64_t pairs() const { return (call_.dimension + 1) / 2; }

  void pack_halves() {
    half_panels_.assign(static_cast<size_t>(lanes_ * pairs()), 0);
    std::vector<float> moved(static_cast<size_t>(call_.dimension));
    std::vector<uint32_t> rounded(static_cast<size_t>(pairs()));
    for (int64_t i = 0; i < count_; i++) {
      float square = 0, shift = 0;
      for (int64_t d = 0; d < call_.dimension; d++) {
        float q = query(i)[d], m = (*centre_)[static_cast<size_t>(d)];
        float value = l2() ? q - m : q;
        moved[static_cast<size_t>(d)] = value;
        square += value * value;
        shift += q * m;
      }
      size_t at = static_cast<size_t>(i);
      losses_[at] = std::sqrt(round_to_half(moved.data(), call_.dimension,
                                            reinterpret_cast<uint16_t *>(rounded.data())));
      bases_[at] = l2() ? square : shift;
      uint32_t *panel = half_panels_.data() + i / kPanel * kPanel * pairs() + i % kPanel;
      for (int64_t d = 0; d < pairs(); d++) panel[d * kPanel] = rounded[static_cast<size_t>(d)];
    }
  }

  // The rows of a tile, centred and rounded.
  void round_rows(const float *rows, int64_t stride, int64_t count) {
    half_rows_.resize(static_cast<size_t>((count + kRows) * pairs()));
    std::vector<float> moved(static_cast<size_t>(call_.dimension));
    farthest_ = longest_moved_ = 0;
    for (int64_t r = 0; r < count; r++) {
      const float *row = rows + r * stride;
      float scale = scales_[static_cast<size_t>(r)];
      Floats squares = {};
      int64_t d = 0;
      for (; d + kLanes <= call_.dimension; d += kLanes) {
        Floats y = load(row + d) * scale - load(centre_->data() + d);
        store(moved.data() + d, y);
        squares = multiply_add(y, y, squares);
      }
      float square = sum(squares);
      for (; d < call_.dimension; d++) {
        float y = row[d] * scale - (*centre_)[static_cast<size_t>(d)];
        moved[static_cast<size_t>(d)] = y;
        square += y * y;
      }
      float lost = round_to_half(moved.data(), call_.dimension,
                                 reinterpret_cast<uint16_t *>(half_rows_.data() + r * pairs()));
      float &offset = offsets_[static_cast<size_t>(r)];
      if (offset != offset) continue;  // not finite: NaN keeps it out
      offset = l2() ? -square / 2 : 0;
      farthest_ = std::max(farthest_, lost);
      longest_moved_ = std::max(longest_moved_, square);
    }
    farthest_ = std::sqrt(farthest_);
    longest_moved_ = std::sqrt(longest_moved_);
  }
#endif

  // Returns the number of rows that are not finite.
  int64_t scan_tile(int64_t first, int64_t count) {
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
    int64_t invalid = 0;
    float longest = 0;
    for (int64_t r = 0; r < count; r++) {
      float square = squared_length(rows + r * stride);
      bool valid = square <= std::numeric_limits<float>::max();
      size_t at = static_cast<size_t>(r);
      invalid += valid ? 0 : 1;
      offsets_[at] = !valid ? kNaN : l2() ? -square / 2 : 0;
      scales_[at] = 1;
      if (call_.metric == ONELABEL_COSINE) scales_[at] = square > 0 ? 1 / std::sqrt(square) : 0;
      if (valid) longest = std::max(longest, square);
    }
    longest = call_.metric == ONELABEL_COSINE ? 1 : std::sqrt(longest);
#if defined(__AVX512BF16__)
    if (centre_ && !exact_) round_rows(rows, stride, count);
#endif
    compare({rows, stride, count, first, nullptr, offsets_.data(), scales_.data(), longest});
    return invalid;
  }

  float squared_length(const float *row) const {
    Floats squares = {};
    int64_t d = 0;
    for (; d + kLanes <= call_.dimension; d += kLanes) {
      Floats x = load(row + d);
      squares = multiply_add(x, x, squares);
    }
    float square = sum(squares);
    for (; d < call_.dimension; d++) square += row[d] * row[d];
    return square;
  }

  // What the filter's score of query i must exceed in this tile: the k-th best, less everything
  // that rounding can have taken from a better row.
  float limit(int64_t i, const Tile &tile) const {
    size_t at = static_cast<size_t>(i);
    if (lengths_[at] != lengths_[at]) return kInfinity;  // no comparison for what is not finite
    const Best &best = best_[at];
    if (exact_) return best.threshold(tile.id(0));
    if (best.found < best.k) return -kInfinity;
    // A chain of `dimension` products, two roundings each.
    float rounding = 4 * static_cast<float>(call_.dimension + 8) * 5.97e-8f;
    float lengths = lengths_[at], others = tile.longest;
    float slack = 0;
#if defined(__AVX512BF16__)
    if (centre_) {
      float moved = l2() ? std::sqrt(bases_[at]) : lengths;
      slack = 1.001f * (losses_[at] * (longest_moved_ + farthest_) + moved * farthest_);
      others += centre_length_;
      if (l2()) lengths += centre_length_;
    }
#endif
    float worst = best.threshold();
    float value;
    if (l2()) {
      value = (bases_[at] + worst) / 2;
      slack += rounding * (lengths + others) * (lengths + others);
    } else {
      value = worst - bases_[at];
      slack += rounding * lengths * others;
    }
    float result = value - slack;
    return result == result ? result : -kInfinity;
  }

  void compare(const Tile &tile) {
    if (exact_ && call_.dimension > 0 && packed_.empty()) pack_floats();
    for (int64_t i = 0; i < count_; i++) thresholds_[static_cast<size_t>(i)] = limit(i, tile);
    std::fill(thresholds_.begin() + count_, thresholds_.end(), kInfinity);
    for (int64_t p = 0; p * kPanel < count_; p++)
      for (int64_t r = 0; r < tile.count; r += kRows) {
        Scores s;
        score(p, r, tile, s);
        collect(p, r, tile, s);
      }
    compared_ += count_ * tile.count;
    // Each exact score costs as much as some thirty filtered ones.
    if (hits_ > 16 * call_.k * count_ + compared_ / 32) exact_ = true;
  }

  void score(int64_t p, int64_t r, const Tile &tile, Scores &s) const {
    const float *panel = packed_.data() + p * kPanel * call_.dimension;
    float offsets[kRows];
    const float *rows[kRows];
    for (int j = 0; j < kRows; j++) {
      int64_t row = std::min(r + j, tile.count - 1);
      rows[j] = tile.rows + row * tile.stride;
      offsets[j] = tile.offsets[row];
    }
    if (exact_) {
      l2() ? exact_scores<true>(panel, rows, call_.dimension, s)
           : exact_scores<false>(panel, rows, call_.dimension, s);
      return;
    }
#if defined(__AVX512BF16__)
    if (centre_) {
      const uint32_t *halves[kRows];
      for (int j = 0; j < kRows; j++)
        halves[j] = half_rows_.data() + std::min(r + j, tile.count - 1) * pairs();
      half_scores(half_panels_.data() + p * kPanel * pairs(), halves, offsets, pairs(), s);
      return;
    }
#endif
    dot_scores(panel, rows, offsets, call_.dimension, s);
  }

  void collect(int64_t p, int64_t first, const Tile &tile, const Scores &s) {
    int rows = static_cast<int>(std::min<int64_t>(kRows, tile.count - first));
    // The rounded rows of a cosine are scaled already.
    bool scaled = call_.metric == ONELABEL_COSINE && (exact_ || !centre_);
    for (int j = 0; j < rows; j++) {
      int64_t r = first + j;
      float scale = tile.scales[r];
      for (int v = 0; v < kVectors; v++) {
        const float *limits = thresholds_.data() + p * kPanel + v * kLanes;
        Floats score = scaled ? s[j][v] * scale : s[j][v];
        if (exact_) score += tile.offsets[r] * 0.f;  // NaN keeps a row out
        uint32_t found = bits(score > load(limits));
        while (found) {
          int lane = __builtin_ctz(found);
          found &= found - 1;
          offer(p * kPanel + v * kLanes + lane, r, tile);
        }
      }
    }
  }

  // Scores row r for query i exactly and keeps it if it is good enough.
  void offer(int64_t i, int64_t r, const Tile &tile) {
    int64_t id = tile.id(r);
    hits_++;
    if (!eligible(i, id)) return;
    const float *row = tile.rows + r * tile.stride;
    float score = l2() ? exact_score<true>(query(i), row, call_.dimension)
                       : exact_score<false>(query(i), row, call_.dimension);
    if (call_.metric == ONELABEL_COSINE) score *= tile.scales[r];
    if (best_[static_cast<size_t>(i)].insert(score, id))
      thresholds_[static_cast<size_t>(i)] = limit(i, tile);
  }

  bool eligible(int64_t i, int64_t row) const {
    if (call_.allowed && !(call_.allowed[row >> 3] >> (row & 7) & 1)) return false;
    if (!call_.excluded) return true;
    const int64_t *range = call_.excluded + 2 * number(i);
    return row < range[0] || row >= range[1];
  }

  // The number of query i of the block in the call.
  int64_t number(int64_t i) const { return ids_ ? ids_[i] : first_ + i; }

  void finish(int64_t i) {
    Best &best = best_[static_cast<size_t>(i)];
    float length = lengths_[static_cast<size_t>(i)];
    bool valid = length == length;
    int64_t to = number(i) * call_.k;
    for (int32_t j = 0; j < call_.k; j++) {
      bool there = j < best.found;
      if (call_.indices) call_.indices[to + j] = there ? best.indices[j] : -1;
      if (call_.scores) {
        float score = there ? best.scores[j] : kNaN;
        call_.scores[to + j] = l2() ? -score : score;
      }
    }
    if (call_.votes) vote(best, valid, call_.votes + number(i) * call_.classes);
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
  const int64_t lanes_;
  const std::vector<float> *centre_;  // null where the filter works in float32
  float centre_length_ = 0;
  int64_t first_ = 0, count_ = 0;
  const int64_t *ids_ = nullptr;
  bool exact_ = false;
  int64_t compared_ = 0, hits_ = 0;
  std::vector<float> queries_, packed_, thresholds_, scores_;
  std::vector<int64_t> indices_;
  std::vector<Best> best_;
  // Of each query: length, its part of the k-th best's filter score, what rounding took away.
  std::vector<float> lengths_, bases_, losses_;
  std::vector<float> offsets_, scales_, converted_;
#if defined(__AVX512BF16__)
  std::vector<uint32_t> half_panels_, half_rows_;
  float farthest_ = 0, longest_moved_ = 0;
#endif
};

// The mean of some database rows, scaled as the metric wants: bfloat16 keeps more of what is near
// zero.
std::vector<float> centre(const KnnCall &call) {
  std::vector<float> row(static_cast<size_t>(call.dimension)), mean(row.size());
  int64_t step = std::max<int64_t>(1, call.database_count / 1024), taken = 0;
  for (int64_t r = 0; r < call.database_count; r += step) {
    read_floats(call.database, call.type, r * call.database_stride, call.dimension, row.data());
    float square = 0;
    for (float value : row) square += value * value;
    if (!(square <= std::numeric_limits<float>::max())) continue;
    float scale = call.metric != ONELABEL_COSINE ? 1 : square > 0 ? 1 / std::sqrt(square) : 0;
    for (size_t d = 0; d < row.size(); d++) mean[d] += row[d] * scale;
    taken++;
  }
  for (float &value : mean) value = taken ? value / static_cast<float>(taken) : 0;
  for (float &value : mean) value = std::fabs(value) < 1e18f ? value : 0;
  return mean;
}

void by_scan(Parallel &parallel, const KnnCall &call) {
#if defined(__AVX512BF16__)
  bool halves = call.dimension >= kHalfDimensions && call.database_count >= 256;
#else
  bool halves = false;
#endif
  std::vector<float> middle;
  if (halves) middle = centre(call);
  int64_t row_bytes = std::max<int64_t>(1, call.dimension * (halves ? 2 : 4));
  int64_t most = std::max<int64_t>(1, std::min<int64_t>(20, kBlockBytes / row_bytes / kPanel));
  // As many blocks as share out evenly.
  int64_t panels = (call.query_count + kPanel - 1) / kPanel, threads = parallel.threads();
  int64_t blocks = std::min(panels, ((panels + most - 1) / most + threads - 1) / threads * threads);
  std::atomic<int64_t> invalid_queries{0}, invalid_rows{0};
  parallel.run(blocks, [&](int64_t b) {
    int64_t first = panels * b / blocks * kPanel;
    int64_t count = std::min(call.query_count, panels * (b + 1) / blocks * kPanel) - first;
    int64_t queries, rows;
    Block(call, count, halves ? &middle : nullptr).scan(first, count, &queries, &rows);
    invalid_queries += queries;
    if (b == 0) invalid_rows = rows;
  });
  if (call.invalid) {
    call.invalid[0] = invalid_queries.load();
    call.invalid[1] = invalid_rows.load();
  }
}

void by_leaves(Parallel &parallel, const KnnCall &call) {
  Partition queries(call.queries, call.type, call.query_count, call.query_stride, call.dimension,
                    kPanel);
  Partition database(call.database, call.type, call.database_count, call.database_stride,
                     call.dimension, kLeafRows);
  parallel.run(queries.leaves(),
               [&](int64_t leaf) { Block(call, kPanel, nullptr).visit(queries, leaf, database); });
  for (int64_t query : queries.invalid()) Block(call, 1, nullptr).refuse(query);
  if (call.invalid) {
    call.invalid[0] = static_cast<int64_t>(queries.invalid().size());
    call.invalid[1] = static_cast<int64_t>(database.invalid().size());
  }
}

}  // namespace

void knn(Parallel &parallel, const KnnCall &call) {
  bool leaves = call.metric == ONELABEL_SQUARED_L2 && call.dimension > 0 &&
                call.dimension <= kPartitionDimensions && call.query_count >= kPartitionQueries &&
                call.database_count >= kPartitionRows;
  (leaves ? by_leaves : by_scan)(parallel, call);
}

}  // namespace ONELABEL_TIER
}  // namespace onelabel
