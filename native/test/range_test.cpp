// All rows within a radius, on every instruction set (every device) there is: against the scores of
// every row by itself, to the bit; against whole numbers, whose scores are exact; at the edges.
//   range_test [ROUNDS]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "checks.h"
#include "isas.h"
#include "onelabel.h"
#include "rows.h"

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kMost = std::numeric_limits<float>::max();

size_t at(int64_t i) { return static_cast<size_t>(i); }

bool near_enough(int32_t metric, float score, float radius) {
  return metric == ONELABEL_SQUARED_L2 ? score <= radius : score >= radius;
}

struct Search {
  const void *queries;
  int64_t q;
  const void *database;
  int64_t m, d;
  int32_t type, metric;
  float radius;
  const uint8_t *allowed = nullptr;
  const int64_t *excluded = nullptr;
  int64_t gap = 0;  // between one row and the next
};

struct Answer {
  std::vector<int64_t> starts, indices, invalid;
  std::vector<float> scores;
};

// The outputs have room for `capacity`, and one more that stays as it is.
Answer run(onelabel_context *context, const Search &s, int64_t capacity) {
  Answer a{std::vector<int64_t>(at(s.q + 1), -7), std::vector<int64_t>(at(capacity + 1), -7),
           std::vector<int64_t>(2, -7), std::vector<float>(at(capacity + 1), -7)};
  check(onelabel_range_search(context, s.queries, s.q, s.d + s.gap, s.database, s.m, s.d + s.gap,
                              s.d, s.type, s.metric, s.radius, s.allowed, s.excluded,
                              a.starts.data(), capacity, a.indices.data(), a.scores.data(),
                              a.invalid.data()) == ONELABEL_OK,
        onelabel_last_error());
  return a;
}

// What score(query, row) says, NaN for a row that is out of the question.
template <typename Score>
Answer expected(const Search &s, Score score) {
  Answer a{{0}, {}, {0, 0}, {}};
  for (int64_t i = 0; i < s.q; i++) {
    for (int64_t r = 0; r < s.m; r++) {
      if (s.allowed && !(s.allowed[r / 8] >> (r % 8) & 1)) continue;
      if (s.excluded && r >= s.excluded[2 * i] && r < s.excluded[2 * i + 1]) continue;
      float value = score(i, r);
      if (std::isnan(value) || !near_enough(s.metric, value, s.radius)) continue;
      a.indices.push_back(r);
      a.scores.push_back(value);
    }
    a.starts.push_back(static_cast<int64_t>(a.indices.size()));
  }
  return a;
}

bool untouched(const Answer &a) {
  return std::all_of(a.indices.begin(), a.indices.end(), [](int64_t i) { return i == -7; }) &&
         std::all_of(a.scores.begin(), a.scores.end(), [](float score) { return score == -7; });
}

// Counts, fills what was counted, and has too little or more room than that.
void compare(onelabel_context *context, const Search &s, const Answer &wanted) {
  int64_t total = wanted.starts.back();
  Answer counted = run(context, s, 0);
  check(counted.starts == wanted.starts, "count");
  check(untouched(counted), "a count writes no row");
  for (int64_t capacity : {total, total + between(1, 3000)}) {
    Answer filled = run(context, s, capacity);
    check(filled.starts == wanted.starts, "starts");
    check(std::equal(wanted.indices.begin(), wanted.indices.end(), filled.indices.begin()),
          "indices");
    check(total == 0 || std::memcmp(wanted.scores.data(), filled.scores.data(), at(4 * total)) == 0,
          "scores to the bit");
    check(filled.indices[at(total)] == -7 && filled.scores[at(total)] == -7, "no row too many");
  }
  if (total > 0) {
    Answer cut = run(context, s, total - 1);
    check(cut.starts == wanted.starts && untouched(cut), "room for one row too few");
  }
}

// Whatever rules rows out, the rows are those that scoring every row finds.
void to_the_bit(onelabel_context *context, int round, bool slow) {
  int kind = round % kKindsOfRows, lap = round / kKindsOfRows;
  int32_t metric = (round + lap) % 3;
  bool few = round % 5 == 3, many = round % 3 == 0 && !few;
  if (kind == kBetweenClumps || many) metric = ONELABEL_SQUARED_L2;
  // As many as are searched in leaves, of few dimensions.
  int64_t q = few ? between(1, 4) : many ? between(1024, 1100) : between(40, 300);
  int64_t d = many ? between(1, 15) : round % 4 < 2 ? between(1, 60) : between(66, 300);
  if (hard_to_filter(kind)) d = round % 4 < 2 ? between(18, 60) : between(66, 80);
  if (kind == kBetweenClumps) d = between(1, 3);
  int64_t m = (between(256, 700) + (many ? 2048 : few ? 8000 : 0)) / 4 * 4;
  if (slow) {
    q = std::min<int64_t>(q, 10);
    m = between(40, 75) * 4;
  }
  current = "kind " + std::to_string(kind) + ", metric " + std::to_string(metric) + ", q " +
            std::to_string(q) + ", m " + std::to_string(m) + ", d " + std::to_string(d);
  HardRows rows = hard_rows(random_bits, kind, q, m, d);
  std::vector<float> &queries = rows.queries, &database = rows.database;
  if (q > 3) queries[at(3 * d)] = NAN;
  bool spoilt = !hard_to_filter(kind);  // else the mean would move
  if (spoilt) database[at(5 * d)] = kInf;
  std::vector<uint8_t> allowed(at((m + 7) / 8));
  std::vector<int64_t> excluded(at(2 * q));
  for (uint8_t &byte : allowed) byte = static_cast<uint8_t>(between(0, 255));
  for (int64_t &limit : excluded) limit = between(0, m);
  // One row at a time: nothing to rule out.
  std::vector<float> each(at(m * q));
  for (int64_t r = 0; r < m; r++)
    check(onelabel_knn(context, queries.data(), q, d, database.data() + r * d, 1, d, d,
                       ONELABEL_FLOAT32, metric, 1, nullptr, nullptr, nullptr, each.data() + r * q,
                       ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr) == ONELABEL_OK,
          onelabel_last_error());
  auto score = [&](int64_t i, int64_t r) { return each[at(r * q + i)]; };
  // A radius that some row has to the bit, most often one of the nearest rows of a query.
  std::vector<float> of_query;
  int64_t one = between(0, q - 1);
  if (q > 3 && one == 3) one = 0;
  for (int64_t r = 0; r < m; r++)
    if (!std::isnan(score(one, r))) of_query.push_back(score(one, r));
  std::sort(of_query.begin(), of_query.end());
  if (metric != ONELABEL_SQUARED_L2) std::reverse(of_query.begin(), of_query.end());
  // Of many rows few lie within the radius: an answer of millions takes seconds to compare.
  for (int64_t rank : {int64_t{0}, between(1, 30), between(0, (many ? 100 : m) - 2)}) {
    float radius = of_query[at(rank)];
    for (float r : {radius, std::nextafter(radius, -kInf), std::nextafter(radius, kInf)}) {
      Search s{queries.data(), q, database.data(), m, d, ONELABEL_FLOAT32, metric, r};
      compare(context, s, expected(s, score));
      if (rank == 0) break;
    }
    Search s{queries.data(), q, database.data(), m, d, ONELABEL_FLOAT32, metric, radius};
    s.allowed = allowed.data();
    s.excluded = excluded.data();
    compare(context, s, expected(s, score));
    Answer counted = run(context, s, 0);
    check(counted.invalid[0] == (q > 3) && counted.invalid[1] == spoilt, "what is not finite");
  }
}

// Whole numbers: scores are exact, and many lie on the radius. `share`: of the mean distance,
// eighths.
void whole_numbers(onelabel_context *context, int64_t q, int64_t m, int64_t d, int64_t share) {
  int32_t metric = between(0, 1) ? ONELABEL_SQUARED_L2 : ONELABEL_INNER_PRODUCT;
  int64_t gap = between(0, 3), stride = d + gap;
  current = "whole numbers, metric " + std::to_string(metric) + ", q " + std::to_string(q) +
            ", m " + std::to_string(m) + ", d " + std::to_string(d);
  std::vector<int8_t> queries(at(q * stride)), database(at(m * stride));
  for (int8_t &value : queries) value = static_cast<int8_t>(between(-3, 3));
  for (int8_t &value : database) value = static_cast<int8_t>(between(-3, 3));
  float radius = metric == ONELABEL_SQUARED_L2 ? static_cast<float>(d * share)
                                               : static_cast<float>(3 * d * (8 - share) / 8);
  Search s{queries.data(), q, database.data(), m, d, ONELABEL_INT8, metric, radius};
  s.gap = gap;
  compare(context, s, expected(s, [&](int64_t i, int64_t r) {
            int64_t sum = 0;
            for (int64_t j = 0; j < d; j++) {
              int64_t x = queries[at(i * stride + j)], y = database[at(r * stride + j)];
              sum += metric == ONELABEL_SQUARED_L2 ? (x - y) * (x - y) : x * y;
            }
            return static_cast<float>(sum);
          }));
}

void edges(onelabel_context *context) {
  current = "edges";
  // Distances of 0, an ordinary one, float32's largest square root and one beyond it.
  const float query[] = {0}, rows[] = {0, 2, 1.8e19f, 1e30f, NAN, 1e19f};
  auto found = [&](int32_t metric, float radius) {
    Search s{query, 1, rows, 6, 1, ONELABEL_FLOAT32, metric, radius};
    return run(context, s, 6);
  };
  Answer all = found(ONELABEL_SQUARED_L2, kInf);
  // 1e30 is too long to count as finite.
  check(all.starts[1] == 4 && all.indices[3] == 5 && all.invalid[1] == 2, "an infinite radius");
  check(found(ONELABEL_SQUARED_L2, 0).starts[1] == 1, "a radius of 0");
  check(found(ONELABEL_SQUARED_L2, -0.f).starts[1] == 1, "a radius of minus 0");
  check(found(ONELABEL_SQUARED_L2, -1).starts[1] == 0, "a negative radius");
  check(found(ONELABEL_SQUARED_L2, -kInf).starts[1] == 0, "less than any distance");
  check(found(ONELABEL_INNER_PRODUCT, -kInf).starts[1] == 4, "any product");
  check(found(ONELABEL_INNER_PRODUCT, kInf).starts[1] == 0, "more than any product");
  const float far[] = {-1.5e19f, 1.5e19f};
  for (float radius : {kInf, kMost}) {
    Search s{far, 2, far, 2, 1, ONELABEL_FLOAT32, ONELABEL_SQUARED_L2, radius};
    Answer a = run(context, s, 4);
    bool infinite = radius == kInf;  // the distance between the two is infinite
    check(a.starts[2] == (infinite ? 4 : 2), "an infinite distance");
    check(a.scores[1] == (infinite ? kInf : 0), "is within an infinite radius alone");
  }
  Search none{query, 1, rows, 0, 1, ONELABEL_FLOAT32, ONELABEL_COSINE, 0};
  check(run(context, none, 1).starts[1] == 0, "no rows");
  Search nobody{nullptr, 0, rows, 6, 1, ONELABEL_FLOAT32, ONELABEL_COSINE, 0};
  Answer a = run(context, nobody, 1);
  check(a.starts[0] == 0 && a.invalid[1] == 2, "no queries");
  Search points{nullptr, 2, nullptr, 3, 0, ONELABEL_FLOAT32, ONELABEL_SQUARED_L2, 0};
  check(run(context, points, 6).starts[2] == 6, "vectors without values");
  int64_t starts[2];
  check(onelabel_range_search(context, query, 1, 1, rows, 6, 1, 1, 0, ONELABEL_SQUARED_L2, kInf,
                              nullptr, nullptr, starts, 100, nullptr, nullptr,
                              nullptr) == ONELABEL_OK &&
            starts[1] == 4,
        "no outputs");
  float scores[4];
  check(
      onelabel_range_search(context, query, 1, 1, rows, 6, 1, 1, 0, ONELABEL_SQUARED_L2, kInf,
                            nullptr, nullptr, starts, 4, nullptr, scores, nullptr) == ONELABEL_OK &&
          scores[1] == 4,
      "scores alone");
}

void refusals(onelabel_context *context) {
  alignas(8) char bytes[64] = {};
  float rows[4] = {};
  int64_t longs[4] = {};
  int64_t *odd = reinterpret_cast<int64_t *>(bytes + 1);
  struct Arguments {
    onelabel_context *context;
    const void *rows;
    int64_t q = 1, stride = 2, d = 2;
    int32_t type = 0, metric = 0;
    float radius = 0;
    const int64_t *excluded = nullptr;
    int64_t *starts, capacity = 1, *indices;
    float *scores;
    int64_t *invalid = nullptr;
  } plain;
  plain.context = context;
  plain.rows = rows;
  plain.starts = longs;
  plain.indices = longs + 2;
  plain.scores = rows;
  float scores[2];
  plain.scores = scores;
  auto refuse = [&](const std::string &what, const std::string &text,
                    const std::function<void(Arguments &)> &change) {
    current = "refuses " + what;
    Arguments a = plain;
    change(a);
    check(onelabel_range_search(a.context, a.rows, a.q, a.stride, a.rows, 2, a.stride, a.d, a.type,
                                a.metric, a.radius, nullptr, a.excluded, a.starts, a.capacity,
                                a.indices, a.scores, a.invalid) == ONELABEL_INVALID_ARGUMENT,
          "is taken");
    check(std::string(onelabel_last_error()).find(text) != std::string::npos,
          onelabel_last_error());
  };
  refuse("no context", "context", [](Arguments &a) { a.context = nullptr; });
  refuse("a radius", "radius", [](Arguments &a) { a.radius = NAN; });
  refuse("no starts", "starts", [](Arguments &a) { a.starts = nullptr; });
  refuse("a capacity", "capacity", [](Arguments &a) { a.capacity = -1; });
  refuse("a capacity's bytes", "indices", [](Arguments &a) { a.capacity = INT64_MAX / 4; });
  refuse("a type", "type", [](Arguments &a) { a.type = 4; });
  refuse("a metric", "metric", [](Arguments &a) { a.metric = 3; });
  refuse("a count", "negative", [](Arguments &a) { a.q = -1; });
  refuse("a stride", "stride", [](Arguments &a) { a.stride = 1; });
  refuse("a dimension", "dimension", [](Arguments &a) { a.d = a.stride = int64_t{1} << 31; });
  refuse("no rows", "queries", [](Arguments &a) { a.rows = nullptr; });
  refuse("starts between elements", "starts must lie", [=](Arguments &a) { a.starts = odd; });
  refuse("indices between elements", "indices must lie", [=](Arguments &a) { a.indices = odd; });
  refuse("counts between elements", "invalid must lie", [=](Arguments &a) { a.invalid = odd; });
  refuse("ranges between elements", "excluded must lie", [=](Arguments &a) { a.excluded = odd; });
  refuse("scores between elements", "scores must lie",
         [=](Arguments &a) { a.scores = reinterpret_cast<float *>(odd); });
}

}  // namespace

int main(int argc, char **argv) {
  int rounds = argc > 1 ? std::atoi(argv[1]) : 2 * kKindsOfRows;
  for (const std::string &isa : tested_isas()) {
    bool slow = is_device(isa);
    onelabel_context *context = nullptr;
    if (onelabel_context_create_for(3, isa.c_str(), &context) != ONELABEL_OK) {
      std::fprintf(stderr, "%s\n", onelabel_last_error());
      return 1;
    }
    random_bits.seed(20261130);
    for (int round = 0; round < rounds; round++) {
      to_the_bit(context, round, slow);
      int64_t q = between(0, slow ? 20 : 300), m = between(0, slow ? 300 : 2500);
      int64_t d = between(0, 40);
      whole_numbers(context, q, m, d, between(1, 8));
    }
    // Several panels on a device with a megabyte, and rows in each of them.
    if (slow) whole_numbers(context, 3, 6000, 64, 8);
    edges(context);
    refusals(context);
    std::printf("%s: %d checks, %d failed\n", onelabel_isa(context), checks, failures);
    onelabel_context_destroy(context);
  }
  return failures ? 1 : 0;
}
