// Batched exact K nearest neighbours without a score matrix.
//
// Plain: every query with every row by exact_score (panel.h), the k best kept; rows are visited in
// any order, a better score or an equal one of a lower index replaces the worst kept.
//
// Fast: a block of queries is packed dimension-major into panels of a few registers and tiles of
// database rows stream past it. The scores of a panel come from a cheaper sum - a plain chain of
// products, pairs of 16-bit integers from some dimensions on (fixed.h), from more on quadruples of
// 8-bit ones (bytes.h) - whose distance from the exact score has a proven bound: a row goes on only
// where the cheap score comes within that bound of the k-th best so far. What 8 bits let pass is
// compared in 16, and what passes then is scored exactly. The answer is that of the plain version
// to the last bit, whatever the instruction set's filter, the number of threads or of queries in
// the call. Where too many rows pass a level (near duplicates), the block goes on without it.
//
// Few queries: the threads share the database instead of the queries. A panel would be mostly
// empty, so every row is scored exactly, unless a prepared database (database.h) has rounded rows:
// a fourth of the memory to read is worth more.
//
// Many neighbours: a sample of the rows tells first what a row has to reach (sample.h).
//
// Few dimensions, squared L2 and rows in clumps (dense local features): both sides are sorted into
// the leaves of a k-d tree. A few leaves of queries visit the leaves of the database, nearest
// first, and stop where the distance between the boxes exceeds the k-th best of all their queries.
//
// A search for all rows within a radius is the same, with the radius in the place of the k-th best.
//
// Inside, larger is better: squared L2 works on minus the distance.
#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "aligned.h"
#include "block.h"
#include "database.h"
#include "kernels.h"
#include "leaves.h"
#include "nearest.h"
#include "panel.h"
#include "partition.h"
#include "rounded.h"
#include "rows.h"
#include "sample.h"
#include "within.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// What a block of packed queries may take of the second-level cache; so many of few dimensions.
#if ONELABEL_LANES == 16
constexpr int64_t kBlockBytes = 1024 * 1024;
#else
constexpr int64_t kBlockBytes = 512 * 1024;
#endif
constexpr int64_t kBlockQueries = 1920;

// Up to so many queries a panel is mostly empty: row by row is faster. A thread gets this many rows
// at least.
constexpr int64_t kFewQueries = 4, kPartRows = 4096;

// Above this many dimensions boxes are too far apart to rule anything out; below these counts
// sorting costs more than it saves.
constexpr int64_t kPartitionDimensions = 64, kPartitionQueries = 1024, kPartitionRows = 2048;
// Where the nearest of 1024 rows is so much nearer to a query than most, rows lie in clumps.
constexpr float kClumped = 0.25f;
// Leaves of queries that visit together, so that rows are read once for all of them.
constexpr int64_t kLeavesTogether = 192 / kPanel;

// Rows that are looked through in their order: rounded already, or moved by `centre` (null: as they
// are) as they pass.
struct Source {
  RowMatrix rows;
  const RoundedRows *rounded;
  const Aligned<float> *centre;
};

// Those of a call or of segments, and what they need.
class Sources {
 public:
  Sources(Parallel &parallel, const SearchCall &call, const Segments &segments) {
    if (segments.empty()) {
      if (in_fixed(call.dimension, call.database_count))
        centre_ = centre_of(rows_of(call), call.metric);
      all_.push_back({rows_of(call), nullptr, centre_.empty() ? nullptr : &centre_});
    }
    for (const auto &segment : segments)
      all_.push_back({segment->rows(), segment->rounded(parallel, call.metric), nullptr});
  }

  // A block's search in the rows from..to-1; returns how many are not finite.
  template <typename Kept>
  int64_t scan(Block<Kept> &block, int64_t from, int64_t to, bool alone) const {
    int64_t invalid = 0;
    for (const Source &source : all_) {
      int64_t begin = std::max<int64_t>(0, from - source.rows.first);
      int64_t end = std::min(source.rows.count, to - source.rows.first);
      if (begin >= end) continue;
      invalid += source.rounded ? block.scan(*source.rounded, begin, end)
                 : alone        ? block.scan_alone(source.rows, begin, end)
                                : block.scan(source.rows, begin, end, source.centre);
    }
    return invalid;
  }

 private:
  Aligned<float> centre_;
  std::vector<Source> all_;
};

// Threads share the queries, block by block, and where those are few the rows.
template <typename Kept>
void by_scan(Parallel &parallel, typename Kept::Call &call, const Segments &segments) {
  Sources sources(parallel, call, segments);
  bool fixed = in_fixed(call.dimension, call.database_count);
  int64_t value_bytes = !fixed ? 4 : in_bytes(call.dimension) ? 1 : 2;
  int64_t row_bytes = std::max<int64_t>(1, call.dimension * value_bytes);
  int64_t most = std::clamp<int64_t>(kBlockBytes / row_bytes / kPanel, 1, kBlockQueries / kPanel);
  // As many blocks as share out evenly.
  int64_t panels = (call.query_count + kPanel - 1) / kPanel, threads = parallel.threads();
  int64_t blocks = std::min(panels, ((panels + most - 1) / most + threads - 1) / threads * threads);
  // Without a query rows that are not finite are still counted.
  blocks = std::max<int64_t>(1, blocks);
  int64_t parts = std::clamp<int64_t>(call.database_count / kPartRows, 1,
                                      std::max<int64_t>(1, threads / blocks));
  bool alone = call.query_count <= kFewQueries;
  std::vector<std::unique_ptr<Block<Kept>>> found(static_cast<size_t>(blocks * parts));
  std::atomic<int64_t> invalid_queries{0}, invalid_rows{0};
  parallel.run(blocks * parts, [&](int64_t share) {
    int64_t b = share / parts, part = share % parts;
    int64_t first = panels * b / blocks * kPanel;
    int64_t count = std::min(call.query_count, panels * (b + 1) / blocks * kPanel) - first;
    auto block = std::make_unique<Block<Kept>>(call, count, parallel.cancellation());
    if (parts > 1) block->doubt();  // of rows in a part nothing is known
    int64_t queries, rows;
    auto scan = [&] {
      queries = block->take_all(first, count);
      rows = sources.scan(*block, call.database_count * part / parts,
                          call.database_count * (part + 1) / parts, alone);
    };
    scan();
    if (block->lacks()) {
      block->doubt();
      scan();
    }
    if (part == 0) invalid_queries += queries;
    if (b == 0) invalid_rows += rows;
    if (parts == 1)
      block->finish();
    else
      found[static_cast<size_t>(share)] = std::move(block);
  });
  for (int64_t b = 0; b < blocks && parts > 1; b++) {
    auto one = found.begin() + b * parts;
    for (int64_t part = 1; part < parts; part++) one[0]->join(*one[part]);
    one[0]->finish();
  }
  if (call.invalid) {
    call.invalid[0] = invalid_queries.load();
    call.invalid[1] = invalid_rows.load();
  }
}

// Whether boxes are likely to rule most rows out; from a sample.
bool in_clumps(const SearchCall &call, const RowMatrix &database) {
  constexpr int64_t kSampledQueries = 32, kSampledRows = 1024;
  int64_t rows = std::min(kSampledRows, database.count), dimension = call.dimension;
  Aligned<float> values(static_cast<size_t>(rows * dimension));
  for (int64_t r = 0; r < rows; r++)
    read_floats(database.values, database.type, database.count * r / rows * database.stride,
                dimension, values.data() + r * dimension);
  Aligned<float> query(static_cast<size_t>(dimension));
  std::vector<float> ratios, squares(static_cast<size_t>(rows));
  for (int64_t i = 0; i < std::min(kSampledQueries, call.query_count); i++) {
    int64_t from = call.query_count * i / kSampledQueries * call.query_stride;
    read_floats(call.queries, call.type, from, dimension, query.data());
    size_t finite = 0;
    for (int64_t r = 0; r < rows; r++) {
      float square = -exact_score<true>(query.data(), values.data() + r * dimension, dimension);
      if (square < kMost) squares[finite++] = square;
    }
    if (finite == 0) continue;
    auto begin = squares.begin(), half = begin + static_cast<int64_t>(finite / 2);
    std::nth_element(begin, half, begin + static_cast<int64_t>(finite));
    // Half of all equal to the query: a clump.
    ratios.push_back(*half > 0 ? *std::min_element(begin, half + 1) / *half : 0);
  }
  if (ratios.empty()) return false;
  auto half = ratios.begin() + static_cast<int64_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), half, ratios.end());
  return *half < kClumped * kClumped;
}

template <typename Kept>
void by_leaves(Parallel &parallel, typename Kept::Call &call, const Segments &segments) {
  Partition queries(call.queries, call.type, call.query_count, call.query_stride, call.dimension,
                    kPanel, parallel.cancellation());
  std::unique_ptr<const Leaves> of_call;
  std::vector<const Leaves *> database;
  if (segments.empty()) {
    of_call = std::make_unique<const Leaves>(parallel, rows_of(call));
    database.push_back(of_call.get());
  }
  for (const auto &segment : segments) database.push_back(&segment->leaves(parallel));
  int64_t groups = (queries.leaves() + kLeavesTogether - 1) / kLeavesTogether;
  parallel.run(groups, [&](int64_t group) {
    int64_t leaf = group * kLeavesTogether;
    int64_t leaves = std::min(kLeavesTogether, queries.leaves() - leaf);
    Block<Kept> block(call, leaves * kPanel, parallel.cancellation());
    block.take_leaves(queries, leaf, leaves);
    for (const Leaves *rows : database) block.visit(queries, leaf, leaves, *rows);
    block.finish();
  });
  for (int64_t query : queries.invalid())
    Block<Kept>(call, 1, parallel.cancellation()).refuse(query);
  if (!call.invalid) return;
  call.invalid[0] = static_cast<int64_t>(queries.invalid().size());
  for (const Leaves *rows : database)
    for (int64_t row : rows->partition().invalid())
      call.invalid[1] += rows->first_row() + row < call.database_count ? 1 : 0;
}

// Whether leaves pay, by rows of the database.
bool in_leaves(const SearchCall &call, const RowMatrix &rows) {
  return call.metric == ONELABEL_SQUARED_L2 && call.dimension > 0 &&
         call.dimension <= kPartitionDimensions && call.query_count >= kPartitionQueries &&
         rows.count >= kPartitionRows &&
         (call.dimension < kFixedDimensions || in_clumps(call, rows));
}

void by_scan_of(Parallel &parallel, RangeSearch &call, const Segments &segments) {
  by_scan<Within>(parallel, call, segments);
}

void by_scan_of(Parallel &parallel, const KnnCall &call, const Segments &segments) {
  Sample sample(call.k, call.database_count, call.dimension);
  if (call.query_count <= kFewQueries || call.excluded || !sample.pays())
    return by_scan<Nearest>(parallel, call, segments);
  size_t rank = static_cast<size_t>(sample.rank());
  Segments rows = sample.take(call, segments);
  std::vector<float> likely(static_cast<size_t>(call.query_count)), scores(likely.size() * rank);
  KnnCall in_sample = call;
  in_sample.database_count = rows.front()->rows().count;
  in_sample.k = sample.rank();
  in_sample.allowed = nullptr;
  in_sample.invalid = nullptr;
  in_sample.indices = nullptr;
  in_sample.scores = scores.data();
  in_sample.votes = nullptr;
  by_scan<Nearest>(parallel, in_sample, rows);
  for (size_t i = 0; i < likely.size(); i++) {
    float score = scores[(i + 1) * rank - 1];
    likely[i] = std::isnan(score)                    ? -kInfinity
                : call.metric == ONELABEL_SQUARED_L2 ? -score
                                                     : score;
  }
  KnnCall with_sample = call;
  with_sample.likely = likely.data();
  with_sample.reaching = sample.reaching();
  by_scan<Nearest>(parallel, with_sample, segments);
}

template <typename Kept>
void search(Parallel &parallel, typename Kept::Call &call) {
  Segments segments;
  RowMatrix largest = rows_of(call);
  if (call.prepared) {
    segments = static_cast<const Database *>(call.prepared)->segments();
    // Rows that were appended after the caller looked are not searched.
    while (!segments.empty() && segments.back()->rows().first >= call.database_count)
      segments.pop_back();
    largest.count = 0;
    if (!segments.empty()) largest = segments.front()->rows();
  }
  if (in_leaves(call, largest))
    by_leaves<Kept>(parallel, call, segments);
  else
    by_scan_of(parallel, call, segments);
}

}  // namespace

void knn(Parallel &parallel, const KnnCall &call) { search<Nearest>(parallel, call); }

void range_search(Parallel &parallel, const RangeCall &call) {
  RangeSearch all(call);
  search<Within>(parallel, all);
  all.write(parallel);
}

onelabel_database *create_database(const void *home, int64_t dimension, int32_t type,
                                   int32_t metric) {
  return new Database(home, dimension, type, metric);
}

}  // namespace ONELABEL_TIER
}  // namespace onelabel
