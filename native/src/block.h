// A block of queries in panels, and how tiles of database rows pass it: the filter's levels, exact
// scores, and what is kept (knn.cpp says how they fit together).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "aligned.h"
#include "bytes.h"
#include "cancellation.h"
#include "fixed.h"
#include "leaves.h"
#include "moved.h"
#include "panel.h"
#include "partition.h"
#include "rounded.h"
#include "rows.h"
#include "tile.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// An exact score of one row costs as much as so many filtered ones; comparing one row in 16 bits,
// as what 8 bits save on so many.
constexpr int64_t kExactCost = 32, kFineCost = 12;

// In a panel a filtered score saves so many times what it costs.
constexpr int64_t kPanelSaving = 2;

// So many rows wait until they are scored exactly: their values come from memory meanwhile.
constexpr size_t kWaiting = 48;

// From so many panels on most rows of a tile pass the first level for some query.
constexpr int64_t kFetchingPanels = 4;

// `Kept` says which rows are good enough and what becomes of them (nearest.h, within.h).
template <typename Kept>
class Block {
 public:
  typedef typename Kept::Call Call;

  // For up to `capacity` queries of the call.
  Block(Call &call, int64_t capacity, const Cancellation &cancellation)
      : call_(call),
        cancellation_(cancellation),
        kept_(call, capacity),
        lanes_((capacity + kPanel - 1) / kPanel * kPanel),
        queries_(static_cast<size_t>(capacity * call.dimension)),
        thresholds_(static_cast<size_t>(lanes_)),
        lengths_(static_cast<size_t>(lanes_), kNaN),
        squares_(lengths_.size()),
        bases_(lengths_.size()),
        moved_(lengths_.size()),
        losses_(lengths_.size()),
        units_(lengths_.size()),
        byte_losses_(lengths_.size()),
        byte_units_(lengths_.size()),
        slacks_(lengths_.size()),
        fine_slacks_(lengths_.size()),
        worst_(lengths_.size()) {}

  // Takes `count` queries from `first` on in; returns how many are not finite.
  int64_t take_all(int64_t first, int64_t count) {
    int64_t invalid = 0;
    first_ = first;
    count_ = count;
    for (int64_t i = 0; i < count; i++) {
      read_floats(call_.queries, call_.type, (first + i) * call_.query_stride, call_.dimension,
                  query(i));
      invalid += take(i) ? 0 : 1;
    }
    return invalid;
  }

  // The rows from..to-1 of a matrix in their order, tile by tile, moved by `centre` and rounded,
  // or, where it is null, as they are. Returns how many are not finite.
  int64_t scan(const RowMatrix &rows, int64_t from, int64_t to, const Aligned<float> *centre) {
    begin_scan(centre, to - from);
    int64_t invalid = 0, value_bytes = bytes_ ? 1 : centre_ ? 2 : 4;
    tiles(rows, from, to, value_bytes, [&](Tile &tile, TileReader &reader) {
      invalid += not_finite(tile, tile.count);
      if (centre_ && !exact_) round(tile, reader);
      scan_tile(tile);
    });
    return invalid;
  }

  // The tiles that begin among the rows from..to-1. Returns how many of their rows are not finite
  // and belong to the search.
  int64_t scan(const RoundedRows &rows, int64_t from, int64_t to) {
    begin_scan(&rows.centre(), to - from);
    int64_t invalid = 0, tile_rows = rows.rows_of_tile();
    for (int64_t t = (from + tile_rows - 1) / tile_rows; t * tile_rows < to; t++) {
      cancellation_.check();
      Tile tile = rows.tiles()[static_cast<size_t>(t)];
      invalid += not_finite(tile, std::min(tile.count, call_.database_count - tile.first));
      if (!bytes_ && !exact_ && tile.bytes.words) group(tile);
      size_t next = static_cast<size_t>(t + 1);
      scan_tile(tile, next < rows.tiles().size() ? &rows.tiles()[next] : nullptr);
    }
    return invalid;
  }

  // The rows from..to-1 alone, for a few queries. Returns how many are not finite.
  int64_t scan_alone(const RowMatrix &rows, int64_t from, int64_t to) {
    int64_t invalid = 0;
    tiles(rows, from, to, 4, [&](Tile &tile, TileReader &) {
      invalid += not_finite(tile, tile.count);
      for (int64_t i = 0; i < count_; i++)
        if (lengths_[static_cast<size_t>(i)] == lengths_[static_cast<size_t>(i)])
          compare_alone(i, tile);
    });
    return invalid;
  }

  // Takes over what another one found in other rows for the same queries.
  void join(Block &other) {
    for (size_t i = 0; i < static_cast<size_t>(count_); i++) kept_.join(other.kept_, i);
  }

  // Looks for rows that are not likely as well, from take_all() on.
  void doubt() { kept_.doubt(); }

  // Whether a query would have more rows then.
  bool lacks() const {
    for (int64_t i = 0; i < count_; i++) {
      size_t at = static_cast<size_t>(i);
      if (lengths_[at] == lengths_[at] && kept_.lacks(at, number(i))) return true;
    }
    return false;
  }

  void finish() {
    for (int64_t i = 0; i < count_; i++) finish(i);
  }

  // Takes `leaves` leaves of the queries in, each one panel; squared L2 alone.
  void take_leaves(const Partition &queries, int64_t leaf, int64_t leaves) {
    ids_ = queries.ids(queries.first(leaf));
    count_ =
        queries.first(leaf + leaves - 1) + queries.rows(leaf + leaves - 1) - queries.first(leaf);
    for (int64_t i = 0; i < count_; i++) {
      const float *row = queries.row(queries.first(leaf) + i);
      std::copy(row, row + call_.dimension, query(i));
      take(i);
    }
  }

  // Their search in the leaves of the database.
  void visit(const Partition &queries, int64_t leaf, int64_t leaves, const Leaves &rows) {
    use(rows.centre());
    pack(false);
    const Partition &database = rows.partition();
    Aligned<float> bounds(static_cast<size_t>(leaves * database.leaves()));
    for (int64_t p = 0; p < leaves; p++)
      find_bounds(queries, leaf + p, database, bounds.data() + p * database.leaves());
    for (const Near &near : by_distance(bounds, database)) {
      cancellation_.check();
      Tile tile = centre_ && !exact_ ? rows.rounded_tile(near.leaf) : rows.tile(near.leaf);
      bool nearer = false;
      for (int64_t p = 0; p < leaves; p++) {
        float worst = worst_of(p);
        nearer |= -near.bound >= worst;
        if (-bounds[static_cast<size_t>(p * database.leaves() + near.leaf)] < worst) continue;
        compare(p, tile);
      }
      if (!nearer) break;
      judge();
    }
  }

  // The answer to a query that is not finite.
  void refuse(int64_t query) {
    first_ = query;
    ids_ = nullptr;
    kept_.begin(0, query);
    lengths_[0] = kNaN;
    finish(0);
  }

 private:
  // A row that the filter lets pass.
  struct Hit {
    int64_t query, row;
    float score;
  };

  struct Near {
    float bound;
    int64_t leaf, lowest;
    bool operator<(const Near &other) const {
      return bound != other.bound ? bound < other.bound : lowest < other.lowest;
    }
  };

  // Lower limits of the squared distances between a leaf of the queries and those of the database.
  void find_bounds(const Partition &queries, int64_t leaf, const Partition &database,
                   float *bounds) const {
    int64_t leaves = database.leaves();
    for (int64_t d = 0; d < call_.dimension; d++) {
      float low = queries.lower(d)[leaf], high = queries.upper(d)[leaf];
      const float *lower = database.lower(d), *upper = database.upper(d);
      for (int64_t l = 0; l < leaves; l++) {
        float gap = std::max(0.f, std::max(lower[l] - high, low - upper[l]));
        bounds[l] += gap * gap;
      }
    }
    // Rounding of a distance and of a bound, both sums of `dimension` squares; distances below the
    // least normal number are 0, beyond the largest number they are all equal.
    float certain = 1 - static_cast<float>(2 * call_.dimension + 8) * 6e-8f;
    for (int64_t l = 0; l < leaves; l++)
      bounds[l] = std::max(0.f, std::min(bounds[l], kMost) * certain - 2 * kLeastNormal);
  }

  // The leaves of the database, the one nearest to any of the panels first.
  static std::vector<Near> by_distance(const Aligned<float> &bounds, const Partition &database) {
    size_t leaves = static_cast<size_t>(database.leaves());
    std::vector<Near> order(leaves);
    for (size_t l = 0; l < leaves; l++) {
      float least = kInfinity;
      for (size_t at = l; at < bounds.size(); at += leaves) least = std::min(least, bounds[at]);
      int64_t leaf = static_cast<int64_t>(l);
      order[l] = {least, leaf, *database.ids(database.first(leaf))};
    }
    std::sort(order.begin(), order.end());
    return order;
  }

  // The worst k-th best score of a panel's queries.
  float worst_of(int64_t p) const {
    float worst = kInfinity;
    for (int64_t i = p * kPanel; i < std::min(count_, (p + 1) * kPanel); i++)
      worst = std::min(worst, worst_[static_cast<size_t>(i)]);
    return worst;
  }

  float *query(int64_t i) { return queries_.data() + i * call_.dimension; }
  bool l2() const { return call_.metric == ONELABEL_SQUARED_L2; }

  // Takes in the query in query(i), of length 1 for a cosine; false where it is not finite.
  bool take(int64_t i) {
    auto sum = [&] {
      float square = 0;
      for (int64_t d = 0; d < call_.dimension; d++) square += query(i)[d] * query(i)[d];
      return square;
    };
    float square = sum();
    if (!ordinary(square)) {
      double exact = exact_square(query(i), call_.dimension);
      square = static_cast<float>(exact);
      if (call_.metric == ONELABEL_COSINE && exact > 0 && exact < kLeastSquare) {
        lengthen(query(i), call_.dimension, exact, query(i));
        square = sum();
      }
    }
    bool valid = square <= kMost;
    size_t at = static_cast<size_t>(i);
    float length = std::sqrt(square);
    if (call_.metric == ONELABEL_COSINE && length > 0) {
      for (int64_t d = 0; d < call_.dimension; d++) query(i)[d] /= length;
      length = 1;
    }
    lengths_[at] = valid ? length : kNaN;
    squares_[at] = l2() ? square : 0;
    kept_.begin(at, number(i));
    worst_[at] = kept_.threshold(at);
    return valid;
  }

  // What rows in fixed point are moved by from now on; null: they are in float32.
  void use(const Aligned<float> *centre) {
    centre_ = centre;
    centre_length_ = centre ? std::sqrt(squared_length(centre->data(), call_.dimension)) : 0;
  }

  void begin_scan(const Aligned<float> *centre, int64_t rows) {
    use(centre);
    pack(in_bytes(call_.dimension));
    if (passes_much(rows)) score_exactly();
  }

  // Rows from..to-1 in tiles of which each value takes so many bytes.
  template <typename Body>
  void tiles(const RowMatrix &rows, int64_t from, int64_t to, int64_t value_bytes, Body body) {
    int64_t step = tile_rows(call_.dimension, value_bytes);
    TileReader reader(call_.metric, step);
    for (int64_t r = from; r < to; r += step) {
      cancellation_.check();
      Tile tile = reader.read(rows, r, std::min(step, to - r));
      body(tile, reader);
    }
  }

  // Queries into panels for the filter, whose first level works on bytes or not.
  void pack(bool bytes) {
    exact_ = false;
    bytes_ = bytes && centre_;
    compared_ = hits_ = fine_ = 0;
    if (!centre_) {
      pack_floats();
      return;
    }
    round_queries();
    if (exact_)
      score_exactly();
    else if (!bytes_)
      pack_fixed();
  }

  void pack_floats() {
    bases_ = squares_;
    if (!packed_.empty()) return;
    packed_.assign(static_cast<size_t>(lanes_ * call_.dimension), 0.f);
    for (int64_t i = 0; i < count_; i++) {
      float *panel = packed_.data() + i / kPanel * kPanel * call_.dimension + i % kPanel;
      for (int64_t d = 0; d < call_.dimension; d++) panel[d * kPanel] = query(i)[d];
    }
  }

  int64_t pairs() const { return pairs_of(call_.dimension); }
  int64_t padded() const { return padded_pairs(call_.dimension); }

  // Words of a panel's query.
  int64_t words() const { return bytes_ ? panel_words(call_.dimension) : pairs(); }
  int32_t *panel(int64_t i) {
    return fixed_panels_.data() + i / kPanel * kPanel * words() + i % kPanel;
  }

  // Moves the queries and rounds them to 16 bits, and to bytes where those come first.
  void round_queries() {
    fixed_queries_.assign(static_cast<size_t>(lanes_ * padded()), 0);
    if (bytes_) fixed_panels_.assign(static_cast<size_t>(lanes_ * words()), 0);
    Aligned<float> moved(static_cast<size_t>(call_.dimension));
    Aligned<int32_t> rounded(static_cast<size_t>(words_of(call_.dimension)));
    for (int64_t i = 0; i < count_; i++) {
      double square = 0, shift = 0;
      for (int64_t d = 0; d < call_.dimension; d++) {
        float q = query(i)[d], m = (*centre_)[static_cast<size_t>(d)];
        float value = l2() ? q - m : q;
        moved[static_cast<size_t>(d)] = value;
        square += static_cast<double>(value) * value;
        shift += static_cast<double>(q) * m;
      }
      size_t at = static_cast<size_t>(i);
      if (lengths_[at] != lengths_[at]) continue;
      moved_[at] = (l2() ? static_cast<float>(std::sqrt(square)) : lengths_[at]) +
                   underflow(call_.dimension);
      if (!(moved_[at] < kMostLength)) exact_ = true;
      units_[at] = unit_of(moved_[at]);
      float lost =
          to_fixed(moved.data(), call_.dimension, units_[at], fixed_queries_.data() + i * padded());
      losses_[at] = lost_of(lost, moved_[at], call_.dimension);
      bases_[at] = static_cast<float>(l2() ? square : shift);
      if (!bytes_) continue;
      byte_units_[at] = byte_unit(moved.data(), call_.dimension, kMostQueryByte);
      lost = to_bytes(moved.data(), call_.dimension, byte_units_[at], 0, rounded.data());
      byte_losses_[at] = lost_of(lost, moved_[at], call_.dimension);
      into_panel(rounded.data(), words_of(call_.dimension), panel(i));
    }
  }

  void pack_fixed() {
    bytes_ = false;
    fixed_panels_.assign(static_cast<size_t>(lanes_ * pairs()), 0);
    for (int64_t i = 0; i < count_; i++) {
      const int32_t *from = fixed_queries_.data() + i * padded();
      int32_t *to = panel(i);
      for (int64_t d = 0, count = pairs(); d < count; d++) to[d * kPanel] = from[d];
    }
  }

  // Moves and rounds the rows of a tile.
  void round(Tile &tile, TileReader &reader) {
    int64_t shorts = bytes_ ? tile.count * padded() : grouped_words(tile.count, pairs());
    fixed_rows_.resize(static_cast<size_t>(shorts));
    if (bytes_) byte_rows_.resize(static_cast<size_t>(byte_row_words(tile.count, call_.dimension)));
    round_rows(tile, *centre_, l2(), reader.offsets(), fixed_rows_.data(),
               bytes_ ? byte_rows_.data() : nullptr);
  }

  // Brings rows in 16 bits that lie one by one into groups.
  void group(Tile &tile) {
    fixed_rows_.resize(static_cast<size_t>(grouped_words(tile.count, pairs())));
    for (int64_t r = 0; r < tile.count; r++)
      into_group(tile.fixed.words + r * padded(), pairs(), r, fixed_rows_.data());
    tile.fixed.words = fixed_rows_.data();
    tile.bytes = {};
  }

  // All panels with a tile. Meanwhile the rows of the next one, which lie in memory, are fetched
  // where panels will look at most of them: those in 16 bits, and those that are scored exactly.
  void scan_tile(const Tile &tile, const Tile *next = nullptr) {
    [[maybe_unused]] MatrixUnit unit;
    int64_t panels = (count_ + kPanel - 1) / kPanel;
    if (panels < kFetchingPanels || exact_) next = nullptr;
    double rows = static_cast<double>(call_.database_count);
    bool exact = kept_.passing(rows) * static_cast<double>(2 * count_) > rows;
    for (int64_t p = 0; p < panels; p++) {
      if (next && bytes_) fetch(next->fixed.words, next->count * padded(), p, panels);
      if (next && exact) fetch(next->rows, next->count * next->stride, p, panels);
      compare(p, tile);
    }
    judge();
  }

  // Fetches part p of an array into the second-level cache.
  template <typename Word>
  static void fetch(const Word *words, int64_t count, int64_t p, int64_t parts) {
    constexpr int64_t kLine = 64 / sizeof(Word);
    int64_t lines = count / kLine;
    for (int64_t line = lines * p / parts; line < lines * (p + 1) / parts; line++)
      __builtin_prefetch(words + kLine * line, 0, 2);
  }

  // All rows of the tile with query i, without panels.
  void compare_alone(int64_t i, const Tile &tile) {
    size_t at = static_cast<size_t>(i);
    const float *queries[kTogether], *rows[kTogether];
    float scores[kTogether];
    std::fill(queries, queries + kTogether, query(i));
    for (int64_t r = 0; r < tile.count; r += kTogether) {
      rows_from(tile.rows, tile.stride, r, tile.count, rows);
      exact_scores_of(queries, rows, scores);
      for (int64_t j = r; j < std::min(r + kTogether, tile.count); j++) {
        float score = scores[j - r] * tile.scales[j] + 0.f;
        bool finite = tile.offsets[j] == tile.offsets[j];
        if (finite && score >= kept_.threshold(at) && eligible(i, tile.id(j)))
          kept_.insert(at, score, tile.id(j));
      }
    }
  }

  // What the filter's scores must exceed in this tile: each query's k-th best, less everything that
  // rounding can have taken from a better row.
  void find_limits(int64_t p, const Tile &tile) {
    int64_t first = p * kPanel;
    if (exact_) {
      for (int64_t i = first; i < first + kPanel; i++)
        thresholds_[static_cast<size_t>(i)] = limit(i, tile);
      return;
    }
    bool fixed = tile.fixed.words != nullptr;
    // Roundings of float32: a chain of `dimension` products, two each. In fixed point only those of
    // the exact score, a quarter as long a chain, of moving, and of squares of moved rows.
    float roundings =
        static_cast<float>(fixed ? call_.dimension / 2 + 32 : 4 * (call_.dimension + 8));
    float rounding = roundings * 5.97e-8f;
    // Products and sums that underflow, in the filter's scores and in exact ones.
    float lost = static_cast<float>(call_.dimension + 8) * 0x1p-124f;
    // Of lengths, too.
    constexpr float kLost = 0x1p-50f;
    float others = tile.longest + (fixed ? centre_length_ : 0) + kLost;
    float more = fixed && l2() ? centre_length_ : 0;
    for (int64_t i = first; i < first + kPanel; i += kLanes) {
      Floats length = load(lengths_.data() + i), base = load(bases_.data() + i);
      Floats worst = load(worst_.data() + i);
      Floats both = length + more + others;
      Floats slack = l2() ? both * both : (length + kLost) * others;
      slack = slack * rounding + lost * (both + 1.f);
      auto rounded = [&](const Aligned<float> &losses, const FixedRows &rows) {
        return 1.001f * (load(losses.data() + i) * (rows.longest + rows.farthest) +
                         load(moved_.data() + i) * rows.farthest);
      };
      if (bytes_) {
        store(fine_slacks_.data() + i, slack + rounded(losses_, tile.fixed));
        slack += rounded(byte_losses_, tile.bytes);
      } else if (fixed) {
        slack += rounded(losses_, tile.fixed);
      }
      Floats result = (l2() ? (base + worst) * 0.5f : worst - base) - slack;
      result = select(result < kInfinity, result, broadcast(-kInfinity));
      // No comparison for what is not finite.
      store(thresholds_.data() + i, select(length == length, result, broadcast(kInfinity)));
      store(slacks_.data() + i, slack);
    }
  }

  // The same for one query whose k-th best has changed since find_limits.
  float limit(int64_t i, const Tile &tile) const {
    size_t at = static_cast<size_t>(i);
    if (lengths_[at] != lengths_[at]) return kInfinity;
    if (exact_) return kept_.threshold(at, tile.id(0));
    return limit(at, slacks_);
  }

  float limit(size_t at, const Aligned<float> &slacks) const {
    float value = l2() ? (bases_[at] + worst_[at]) * 0.5f : worst_[at] - bases_[at];
    float result = value - slacks[at];
    return result < kInfinity ? result : -kInfinity;
  }

  // Whether a row that 8 bits let pass does so in 16.
  bool passes_fine(const Hit &hit, const Tile &tile) const {
    size_t at = static_cast<size_t>(hit.query);
    float score = fixed_product(fixed_queries_.data() + hit.query * padded(),
                                tile.fixed.words + hit.row * padded(), padded());
    return score * (units_[at] * tile.fixed.unit) + tile.offsets[hit.row] > limit(at, fine_slacks_);
  }

  // All rows of the tile with panel p.
  void compare(int64_t p, const Tile &tile) {
    cancellation_.check();
    // The filter's sums of products may overflow.
    if (!exact_ && std::max(tile.longest, tile.fixed.longest) >= kMostLength) score_exactly();
    find_limits(p, tile);
    if (kMatrixProducts && bytes_) {
      compare_in_matrices(p, tile);
    } else {
      for (int64_t r = 0; r < tile.count; r += kRows) {
        Scores s;
        score(p, r, tile, s);
        collect(p, r, tile, s);
      }
    }
    offer_waiting(tile);
    compared_ += kPanel * tile.count;
  }

  // The same by the matrix unit.
  void compare_in_matrices(int64_t p, const Tile &tile) {
    int64_t words = stored_words(call_.dimension);
    Floats units[kVectors];
    units_of(p, tile.bytes, units);
    MatrixScores found;
    for (int64_t first = 0; first < tile.count; first += kMatrixRows) {
      found.multiply(panel(p * kPanel), tile.bytes.words + first * words, words);
      for (int64_t r = first; r < std::min(tile.count, first + kMatrixRows); r += kRows) {
        const float *offsets[kRows];
        rows_from(tile.offsets, 1, r, tile.count, offsets);
        Scores s;
        found.scores(static_cast<int>(r - first), offsets, units, s);
        collect(p, r, tile, s);
      }
    }
  }

  // Units of a panel's queries times that of the rows.
  void units_of(int64_t p, const FixedRows &rows, Floats *units) const {
    const Aligned<float> &of_queries = bytes_ ? byte_units_ : units_;
    for (int v = 0; v < kVectors; v++)
      units[v] = load(of_queries.data() + p * kPanel + v * kLanes) * rows.unit;
  }

  // Gives the filter, or its first level, up where it lets too much pass.
  void judge() {
    if (!exact_ && hits_ > 16 * kept_.wanted() * count_ + compared_ / kExactCost) score_exactly();
    // The first rows pass whatever they are.
    if (bytes_ && fine_ > (64 + 2 * kept_.wanted()) * count_ + compared_ / kFineCost) pack_fixed();
  }

  // Whether so many of the rows are good enough for a while that a filter does not pay.
  bool passes_much(int64_t count) const {
    double rows = static_cast<double>(count);
    return kept_.passing(rows) * kExactCost > kPanelSaving * rows;
  }

  void score_exactly() {
    exact_ = true;
    bytes_ = false;
    if (call_.dimension > 0 && packed_.empty()) pack_floats();
  }

  // Rows from row r on; behind the last one it is repeated.
  template <typename Value, size_t wanted>
  static void rows_from(const Value *first, int64_t stride, int64_t r, int64_t count,
                        const Value *(&rows)[wanted]) {
    constexpr int64_t kWanted = static_cast<int64_t>(wanted);
    if (r + kWanted <= count) {
      for (int64_t j = 0; j < kWanted; j++) rows[j] = first + (r + j) * stride;
    } else {
      for (int64_t j = 0; j < kWanted; j++) rows[j] = first + std::min(r + j, count - 1) * stride;
    }
  }

  void score(int64_t p, int64_t r, const Tile &tile, Scores &s) const {
    const float *offsets[kRows];
    rows_from(tile.offsets, 1, r, tile.count, offsets);
    if (!exact_ && tile.fixed.words) {
      const FixedRows &coarse = bytes_ ? tile.bytes : tile.fixed;
      Floats units[kVectors];
      units_of(p, coarse, units);
      const int32_t *fixed_panel = fixed_panels_.data() + p * kPanel * words();
      if (bytes_)
        byte_scores(fixed_panel, coarse.words + r * words_of(call_.dimension), offsets, units,
                    words_of(call_.dimension), s);
      else
        fixed_scores(fixed_panel, coarse.words + r * pairs(), offsets, units, pairs(), s);
      return;
    }
    const float *panel = packed_.data() + p * kPanel * call_.dimension;
    const float *rows[kRows];
    rows_from(tile.rows, tile.stride, r, tile.count, rows);
    if (!exact_)
      dot_scores(panel, rows, offsets, call_.dimension, s);
    else if (l2())
      exact_scores<true>(panel, rows, call_.dimension, s);
    else
      exact_scores<false>(panel, rows, call_.dimension, s);
  }

  void collect(int64_t p, int64_t first, const Tile &tile, Scores &s) {
    const float *limits = thresholds_.data() + p * kPanel;
    // The rounded rows of a cosine are scaled already.
    if (exact_ || (call_.metric == ONELABEL_COSINE && !tile.fixed.words)) {
      for (int j = 0; j < kRows; j++) {
        int64_t r = std::min(first + j, tile.count - 1);
        for (int v = 0; v < kVectors; v++)
          s[j][v] = s[j][v] * tile.scales[r] + tile.offsets[r] * 0.f;  // NaN keeps a row out
      }
    }
    // Most often no row is good enough for any query.
    uint32_t found[kVectors], any = 0;
    for (int v = 0; v < kVectors; v++) {
      Floats top = broadcast(-kInfinity);
      for (int j = 0; j < kRows; j++) top = larger(s[j][v], top);
      any |= found[v] = bits(top > load(limits + v * kLanes));
    }
    if (!any) return;
    Scores kept;
    for (int j = 0; j < kRows; j++)
      for (int v = 0; v < kVectors; v++) kept[j][v] = s[j][v];
    int rows = static_cast<int>(std::min<int64_t>(kRows, tile.count - first));
    for (int v = 0; v < kVectors; v++)
      for (; found[v]; found[v] &= found[v] - 1) {
        int lane = __builtin_ctz(found[v]);
        for (int j = 0; j < rows; j++)
          if (kept[j][v][lane] > limits[v * kLanes + lane]) {
            // By the time its turn comes the row is in the cache.
            if (bytes_)
              fetch_row(tile.fixed.words + (first + j) * padded(), 512);
            else
              fetch_row(tile.rows + (first + j) * tile.stride, 512);
            waiting_.push_back({p * kPanel + v * kLanes + lane, first + j, kept[j][v][lane]});
          }
      }
    if (waiting_.size() >= kWaiting) offer_waiting(tile);
  }

  // Fetches the beginning of a row, so many bytes at most; the rest comes by itself.
  void fetch_row(const void *row, int64_t most) const {
    for (int64_t at = 0; at < std::min(4 * call_.dimension, most); at += 64)
      __builtin_prefetch(static_cast<const char *>(row) + at);
  }

  // Scores the rows that wait exactly, where that is not done yet, some together.
  void offer_waiting(const Tile &tile) {
    size_t open = 0;
    for (const Hit &hit : waiting_) {
      if (!(hit.score > thresholds_[static_cast<size_t>(hit.query)])) continue;
      if (bytes_) {
        fine_++;
        if (!passes_fine(hit, tile)) continue;
      }
      hits_++;
      if (!eligible(hit.query, tile.id(hit.row))) continue;
      if (exact_) {
        offer(hit, hit.score, tile);
        continue;
      }
      if (bytes_) fetch_row(tile.rows + hit.row * tile.stride, 1536);
      waiting_[open++] = hit;
    }
    for (size_t first = 0; first < open && !exact_; first += kTogether) {
      const float *queries[kTogether], *rows[kTogether];
      float scores[kTogether];
      for (size_t j = 0; j < kTogether; j++) {
        const Hit &hit = waiting_[std::min(first + j, open - 1)];
        queries[j] = query(hit.query);
        rows[j] = tile.rows + hit.row * tile.stride;
      }
      exact_scores_of(queries, rows, scores);
      for (size_t j = 0; j < kTogether && first + j < open; j++) {
        const Hit &hit = waiting_[first + j];
        offer(hit, scores[j] * tile.scales[hit.row], tile);
      }
    }
    waiting_.clear();
  }

  void exact_scores_of(const float *const *queries, const float *const *rows, float *scores) const {
    if (l2())
      exact_scores_together<true>(queries, rows, call_.dimension, scores);
    else
      exact_scores_together<false>(queries, rows, call_.dimension, scores);
  }

  // Keeps a row with its exact score if it is good enough.
  void offer(const Hit &hit, float score, const Tile &tile) {
    size_t at = static_cast<size_t>(hit.query);
    if (kept_.insert(at, score + 0.f, tile.id(hit.row))) {  // a zero loses its sign
      worst_[at] = kept_.threshold(at);
      thresholds_[at] = limit(hit.query, tile);
    }
  }

  bool eligible(int64_t i, int64_t row) const {
    // A prepared database may have more rows than are searched.
    if (row >= call_.database_count) return false;
    if (call_.allowed && !(call_.allowed[row >> 3] >> (row & 7) & 1)) return false;
    if (!call_.excluded) return true;
    const int64_t *range = call_.excluded + 2 * number(i);
    return row < range[0] || row >= range[1];
  }

  // The number of query i of the block in the call.
  int64_t number(int64_t i) const { return ids_ ? ids_[i] : first_ + i; }

  void finish(int64_t i) {
    float length = lengths_[static_cast<size_t>(i)];
    kept_.finish(static_cast<size_t>(i), number(i), length == length);
  }

  Call &call_;
  const Cancellation &cancellation_;
  Kept kept_;
  const int64_t lanes_;
  const Aligned<float> *centre_ = nullptr;  // null where the filter works in float32
  float centre_length_ = 0;
  int64_t first_ = 0, count_ = 0;
  const int64_t *ids_ = nullptr;
  // Whether all rows are scored exactly, and whether else bytes are the filter's first level.
  bool exact_ = false, bytes_ = false;
  // So many pairs were filtered, compared in 16 bits after that, and scored exactly.
  int64_t compared_ = 0, fine_ = 0, hits_ = 0;
  Aligned<float> queries_, packed_, thresholds_;
  std::vector<Hit> waiting_;
  // Of each query: length, its square for squared L2, its part of the k-th best's filter score,
  // length when moved, what rounding took away, the unit, both for bytes; for this tile the slack,
  // that of 16 bits where bytes come first; the k-th best score.
  Aligned<float> lengths_, squares_, bases_, moved_, losses_, units_, byte_losses_, byte_units_,
      slacks_, fine_slacks_, worst_;
  Aligned<int32_t> fixed_panels_, fixed_queries_, fixed_rows_, byte_rows_;
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
