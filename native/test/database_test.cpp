// Databases that are appended to and searched many times give what a search in the same rows gives,
// to the bit, on every instruction set (every device) there is:
//   database_test [ROUNDS]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "checks.h"
#include "isas.h"
#include "onelabel.h"
#include "rows.h"

namespace {

size_t at(int64_t i) { return static_cast<size_t>(i); }

template <typename Value>
bool same(const std::vector<Value> &a, const std::vector<Value> &b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Value)) == 0);
}

// Rows of a type, one behind the other with a gap between.
struct Rows {
  int32_t type;
  int64_t count, dimension, stride;
  std::vector<char> bytes;

  int64_t element() const { return type == ONELABEL_FLOAT32 ? 4 : type == ONELABEL_INT8 ? 1 : 2; }
  const char *from(int64_t row) const { return bytes.data() + row * stride * element(); }
};

Rows stored(const std::vector<float> &values, int64_t count, int64_t dimension, int32_t type) {
  Rows rows{type, count, dimension, dimension + between(0, 3), {}};
  rows.bytes.resize(at(count * rows.stride * rows.element()));
  for (int64_t i = 0; i < count; i++)
    for (int64_t d = 0; d < dimension; d++) {
      float value = values[at(i * dimension + d)];
      char *to = rows.bytes.data() + (i * rows.stride + d) * rows.element();
      uint32_t bits;
      std::memcpy(&bits, &value, 4);
      if (type == ONELABEL_FLOAT32) std::memcpy(to, &value, 4);
      // The upper half is a bfloat16; as a float16 it is some other number, mostly finite.
      uint16_t half = static_cast<uint16_t>(bits >> 16);
      if (rows.element() == 2) std::memcpy(to, &half, 2);
      if (type == ONELABEL_INT8) *to = static_cast<char>(static_cast<int>(half) % 127);
    }
  return rows;
}

struct Search {
  const Rows &queries, &database;
  int64_t q, m;
  int32_t metric, k;
  float radius;
  bool filtered, soft;
  std::vector<uint8_t> allowed, labels;
  std::vector<int64_t> excluded;
  std::vector<float> shares;
};

constexpr int32_t kClasses = 3;

struct Answer {
  std::vector<int64_t> indices, invalid, starts, within, range_invalid;
  std::vector<float> scores, votes, distances;

  explicit Answer(const Search &s)
      : indices(at(s.q * s.k), -7),
        invalid(2, -7),
        starts(at(s.q + 1), -7),
        within(at(s.q * 64), -7),
        range_invalid(2, -7),
        scores(at(s.q * s.k), -7.f),
        votes(at(s.q * kClasses), -7.f),
        distances(at(s.q * 64), -7.f) {}

  void same_as(const Answer &other) const {
    check(same(indices, other.indices), "indices");
    check(same(scores, other.scores), "scores");
    check(same(votes, other.votes), "votes");
    check(same(invalid, other.invalid), "what is not finite");
    check(same(starts, other.starts), "starts of a range search");
    check(same(within, other.within), "rows within the radius");
    check(same(distances, other.distances), "their scores");
    check(same(range_invalid, other.range_invalid), "what is not finite in a range search");
  }
};

void check_ok(onelabel_status status) { check(status == ONELABEL_OK, onelabel_last_error()); }

Answer in_rows(onelabel_context *context, const Search &s) {
  Answer a(s);
  const uint8_t *allowed = s.filtered ? s.allowed.data() : nullptr;
  const int64_t *excluded = s.filtered ? s.excluded.data() : nullptr;
  const void *labels = s.soft ? static_cast<const void *>(s.shares.data()) : s.labels.data();
  check_ok(onelabel_knn(context, s.queries.from(0), s.q, s.queries.stride, s.database.from(0), s.m,
                        s.database.stride, s.database.dimension, s.database.type, s.metric, s.k,
                        allowed, excluded, a.indices.data(), a.scores.data(),
                        ONELABEL_SOFTMAX_SCORE, 2, labels, s.soft, kClasses, a.votes.data(),
                        a.invalid.data()));
  check_ok(onelabel_range_search(context, s.queries.from(0), s.q, s.queries.stride,
                                 s.database.from(0), s.m, s.database.stride, s.database.dimension,
                                 s.database.type, s.metric, s.radius, allowed, excluded,
                                 a.starts.data(), static_cast<int64_t>(a.within.size()),
                                 a.within.data(), a.distances.data(), a.range_invalid.data()));
  return a;
}

Answer in_database(onelabel_context *context, const onelabel_database *database, const Search &s) {
  Answer a(s);
  const uint8_t *allowed = s.filtered ? s.allowed.data() : nullptr;
  const int64_t *excluded = s.filtered ? s.excluded.data() : nullptr;
  const void *labels = s.soft ? static_cast<const void *>(s.shares.data()) : s.labels.data();
  check_ok(onelabel_database_knn(context, database, s.m, s.queries.from(0), s.q, s.queries.stride,
                                 s.k, allowed, excluded, a.indices.data(), a.scores.data(),
                                 ONELABEL_SOFTMAX_SCORE, 2, labels, s.soft, kClasses,
                                 a.votes.data(), a.invalid.data()));
  check_ok(onelabel_database_range_search(
      context, database, s.m, s.queries.from(0), s.q, s.queries.stride, s.radius, allowed, excluded,
      a.starts.data(), static_cast<int64_t>(a.within.size()), a.within.data(), a.distances.data(),
      a.range_invalid.data()));
  return a;
}

// Ways to cut rows into batches.
std::vector<int64_t> batches(int64_t rows) {
  std::vector<int64_t> sizes;
  int way = static_cast<int>(between(0, 3));
  for (int64_t left = rows; left > 0; left -= sizes.back()) {
    int64_t size = way == 0 ? left : way == 1 ? rows / 5 + 1 : between(0, rows / 3 + 1);
    if (way == 3 && sizes.size() < 20) size = between(0, 3);
    sizes.push_back(std::min(size, left));
  }
  return sizes;
}

void to_the_bit(onelabel_context *context, int round, bool slow) {
  int kind = round % kKindsOfRows, lap = round / kKindsOfRows;
  int32_t metric = (round + lap) % 3, type = round % 2 ? ONELABEL_FLOAT32 : (round / 2 + lap) % 4;
  bool few = round % 4 == 1, many = round % 4 == 2;
  if (kind == kBetweenClumps || many) metric = ONELABEL_SQUARED_L2;
  int64_t q = few ? between(0, 4) : many && !slow ? between(1024, 1100) : between(5, 300);
  int64_t d = many ? between(1, 40) : round % 3 ? between(1, 100) : between(100, 400);
  int64_t m = slow ? between(1, 400) : round % 5 == 0 ? between(1, 300) : between(2100, 9000);
  if (hard_to_filter(kind)) {
    d = std::max<int64_t>(d, 20);
    m = std::max<int64_t>(m / 4 * 4, 400);
    type = ONELABEL_FLOAT32;
  }
  HardRows hard = hard_rows(random_bits, kind, q, m, d);
  // Tight clumps, so that leaves pay in more than a few dimensions.
  if (many && !hard_to_filter(kind) && d >= 16) {
    add_clumps(hard, random_bits, 0, m, d);
    m *= 2;
  }
  bool spoilt = m > 20 && !hard_to_filter(kind) && type != ONELABEL_INT8;
  if (spoilt) {
    hard.database[at(7 * d)] = std::numeric_limits<float>::infinity();
    // Short, short beyond float32's ordinary numbers, and nothing.
    for (int64_t j = 0; j < d; j++) {
      hard.database[at(9 * d + j)] *= 1e-25f;
      hard.database[at(10 * d + j)] *= 1e-40f;
      hard.database[at(12 * d + j)] = 0;
    }
  }
  current = "round " + std::to_string(round) + ", kind " + std::to_string(kind) + ", metric " +
            std::to_string(metric) + ", type " + std::to_string(type) + ", q " + std::to_string(q) +
            ", m " + std::to_string(m) + ", d " + std::to_string(d);
  Rows queries = stored(hard.queries, q, d, type), rows = stored(hard.database, m, d, type);
  Search s{
      queries, rows,  q,     m,  metric, static_cast<int32_t>(between(1, round % 7 ? 20 : 200)),
      0,       false, false, {}, {},     {},
      {}};
  s.allowed.resize(at((m + 7) / 8));
  s.excluded.resize(at(2 * q));
  s.labels.resize(at(m));
  s.shares.resize(at(m * kClasses));
  for (uint8_t &byte : s.allowed) byte = static_cast<uint8_t>(between(0, 255));
  for (int64_t &limit : s.excluded) limit = between(0, m);
  for (uint8_t &label : s.labels) label = static_cast<uint8_t>(between(0, kClasses));
  for (float &share : s.shares) share = static_cast<float>(between(0, 4)) / 4;
  onelabel_database *database = nullptr;
  check_ok(onelabel_database_create(context, d, type, metric, &database));
  int64_t there = 0;
  for (int64_t size : batches(m)) {
    check_ok(onelabel_database_append(context, database, rows.from(there), size, rows.stride));
    there += size;
    check(onelabel_database_count(database) == there, "how many rows there are");
    // Now and then searched meanwhile, also in less than all rows.
    bool last = there == m;
    if (!last && between(0, 3)) continue;
    for (s.m = last && between(0, 1) ? there : between(0, there);; s.m = there) {
      s.filtered = between(0, 2) == 0;
      s.soft = between(0, 1);
      Answer plain(s);
      {
        // A radius that the nearest rows have.
        s.radius = 0;
        plain = in_rows(context, s);
        if (s.q > 0 && s.m > 0) s.radius = plain.scores[at(between(0, s.q - 1) * s.k)];
        if (std::isnan(s.radius)) s.radius = 0;
        plain = in_rows(context, s);
      }
      for (int twice = 0; twice < 2; twice++) in_database(context, database, s).same_as(plain);
      if (s.m == there) break;
    }
  }
  onelabel_database_destroy(database);
}

// Searches go on while rows are appended.
void at_once(onelabel_context *context, bool slow) {
  current = "searches and appends at once";
  int64_t m = slow ? 300 : 6000, d = 40, q = slow ? 5 : 60;
  std::vector<float> values = rows_of_kind(random_bits, 0, m, d);
  Rows rows = stored(values, m, d, ONELABEL_FLOAT32);
  Rows queries =
      stored(std::vector<float>(values.begin(), values.begin() + q * d), q, d, ONELABEL_FLOAT32);
  onelabel_database *database = nullptr;
  check_ok(onelabel_database_create(context, d, ONELABEL_FLOAT32, ONELABEL_COSINE, &database));
  std::vector<std::thread> searching;
  for (int t = 0; t < 3; t++)
    searching.emplace_back([&] {
      for (int64_t seen = 0; seen < m;) {
        seen = onelabel_database_count(database);
        std::vector<int64_t> found(at(q), -7), wanted(at(q), -7);
        auto search = [&](bool prepared, std::vector<int64_t> &indices) {
          return prepared ? onelabel_database_knn(context, database, seen, queries.from(0), q,
                                                  queries.stride, 1, nullptr, nullptr,
                                                  indices.data(), nullptr, ONELABEL_NO_VOTE, 1,
                                                  nullptr, 0, 0, nullptr, nullptr)
                          : onelabel_knn(context, queries.from(0), q, queries.stride, rows.from(0),
                                         seen, rows.stride, d, ONELABEL_FLOAT32, ONELABEL_COSINE, 1,
                                         nullptr, nullptr, indices.data(), nullptr,
                                         ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr);
        };
        if (search(true, found) != ONELABEL_OK || search(false, wanted) != ONELABEL_OK ||
            found != wanted)
          std::abort();
      }
    });
  for (int64_t there = 0; there < m;) {
    int64_t size = std::min<int64_t>(m - there, 1 + there / 7);
    check_ok(onelabel_database_append(context, database, rows.from(there), size, rows.stride));
    there += size;
  }
  for (std::thread &thread : searching) thread.join();
  onelabel_database_destroy(database);
}

onelabel_database *database_of(onelabel_context *context, const std::vector<float> &rows, int64_t d,
                               int32_t metric, std::initializer_list<int64_t> batches) {
  onelabel_database *database = nullptr;
  check_ok(onelabel_database_create(context, d, ONELABEL_FLOAT32, metric, &database));
  const float *next = rows.data();
  for (int64_t batch : batches) {
    check_ok(onelabel_database_append(context, database, next, batch, d));
    next += batch * d;
  }
  return database;
}

// The row nearest to each query is that of a call with the first `among` rows themselves.
void same_nearest(onelabel_context *context, const onelabel_database *database,
                  const HardRows &rows, int64_t d, int32_t metric, int64_t among,
                  int64_t *invalid) {
  const int64_t q = static_cast<int64_t>(rows.queries.size()) / d;
  std::vector<int64_t> found(at(q)), expected(at(q));
  check_ok(onelabel_database_knn(context, database, among, rows.queries.data(), q, d, 1, nullptr,
                                 nullptr, found.data(), nullptr, ONELABEL_NO_VOTE, 1, nullptr, 0, 0,
                                 nullptr, invalid));
  check_ok(onelabel_knn(context, rows.queries.data(), q, d, rows.database.data(), among, d, d,
                        ONELABEL_FLOAT32, metric, 1, nullptr, nullptr, expected.data(), nullptr,
                        ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr));
  check(same(found, expected), "the nearest rows");
}

// In rows of several batches, and in the first of them; of what is not finite only that counts. By
// a scan, and by leaves.
void in_the_first_rows(onelabel_context *context, bool slow) {
  for (bool leaves : {false, true}) {
    if (leaves && slow) continue;
    current = leaves ? "first rows, leaves" : "first rows, scan";
    const int64_t q = leaves ? 1030 : 8, m = leaves ? 6400 : 600, d = leaves ? 2 : 40;
    const int32_t metric = leaves ? ONELABEL_SQUARED_L2 : ONELABEL_INNER_PRODUCT;
    HardRows rows = hard_rows(random_bits, leaves ? kBetweenClumps : 0, q, m, d);
    const int64_t spoilt[] = {m / 4, m / 2 + 3, m - 1};
    for (int64_t row : spoilt) rows.database[at(row * d)] = std::numeric_limits<float>::infinity();
    // None is joined with the one before.
    onelabel_database *database =
        database_of(context, rows.database, d, metric, {m / 2, m * 3 / 8, m / 8});
    for (int64_t among : {m, m / 2 + 4, m / 2 + 3, m / 4, m}) {
      int64_t invalid[2] = {-1, -1}, wrong = 0;
      for (int64_t row : spoilt) wrong += row < among;
      same_nearest(context, database, rows, d, metric, among, invalid);
      check(invalid[0] == 0 && invalid[1] == wrong, "rows that are not finite, of those asked");
    }
    onelabel_database_destroy(database);
  }
}

// Rows too few to be rounded behind many of which most lie elsewhere: what was made of the queries
// for the many does not hold for the few.
void few_rows_behind_many(onelabel_context *context) {
  current = "few rows behind many";
  constexpr int64_t kDimension = 64, kQueries = 60, kMany = 2400, kNear = 24, kFew = 200;
  HardRows rows{rows_of_kind(random_bits, 0, kQueries, kDimension),
                rows_of_kind(random_bits, 3, kMany, kDimension)};
  std::vector<float> near = rows_of_kind(random_bits, 0, kNear + kFew, kDimension);
  std::copy_n(near.begin(), kNear * kDimension, rows.database.begin());
  rows.database.insert(rows.database.end(), near.begin() + kNear * kDimension, near.end());
  for (int32_t metric : {ONELABEL_COSINE, ONELABEL_INNER_PRODUCT, ONELABEL_SQUARED_L2}) {
    onelabel_database *database =
        database_of(context, rows.database, kDimension, metric, {kMany, kFew});
    same_nearest(context, database, rows, kDimension, metric, kMany + kFew, nullptr);
    onelabel_database_destroy(database);
  }
}

void edges(onelabel_context *context) {
  current = "edges";
  float row[2] = {3, 4};
  int64_t index = -7;
  float score = -7;
  auto nearest = [&](onelabel_context *with, const onelabel_database *database, int64_t rows) {
    return onelabel_database_knn(with, database, rows, row, 1, 2, 1, nullptr, nullptr, &index,
                                 &score, ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr);
  };
  onelabel_database *database = nullptr;
  check_ok(
      onelabel_database_create(context, 2, ONELABEL_FLOAT32, ONELABEL_INNER_PRODUCT, &database));
  check_ok(nearest(context, database, 0));
  check(index == -1 && std::isnan(score), "nothing is near in an empty database");
  check_ok(onelabel_database_append(context, database, nullptr, 0, 2));
  check(nearest(context, database, 1) == ONELABEL_INVALID_ARGUMENT, "more rows than there are");
  check_ok(onelabel_database_append(context, database, row, 1, 2));
  row[0] = 0;  // a copy was taken
  check_ok(nearest(context, database, 1));
  check(index == 0 && score == 16, "the row that was appended");
  check_ok(nearest(context, database, 0));
  check(index == -1, "a search in none of the rows");

  // Contexts that share threads work with it, others of the same kind, too.
  onelabel_context *shared = nullptr, *other = nullptr;
  check_ok(onelabel_context_share(context, &shared));
  check_ok(nearest(shared, database, 1));
  onelabel_context_cancel(shared);
  check(onelabel_database_append(shared, database, row, 1, 2) == ONELABEL_CANCELLED &&
            onelabel_database_count(database) == 1,
        "an append that is cancelled");
  onelabel_context_destroy(shared);
  for (const std::string &isa : all_isas()) {
    check_ok(onelabel_context_create_for(1, isa.c_str(), &other));
    if (isa != onelabel_isa(context))
      check(nearest(other, database, 1) == ONELABEL_INVALID_ARGUMENT &&
                std::string(onelabel_last_error()).find("database is of") ==
                    std::string("the ").size(),
            "a database of another instruction set");
    onelabel_context_destroy(other);
  }
  onelabel_database_destroy(database);
  onelabel_database_destroy(nullptr);
  check(onelabel_database_count(nullptr) == 0, "no database has no rows");

  check_ok(onelabel_database_create(context, 0, ONELABEL_INT8, ONELABEL_SQUARED_L2, &database));
  check_ok(onelabel_database_append(context, database, nullptr, 3, 0));
  check(onelabel_database_count(database) == 3, "rows without values");
  check_ok(onelabel_database_knn(context, database, 3, nullptr, 1, 0, 1, nullptr, nullptr, &index,
                                 &score, ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr));
  check(index == 0 && score == 0, "are all equal");
  onelabel_database_destroy(database);
}

void refusals(onelabel_context *context) {
  current = "refusals";
  alignas(8) char bytes[64] = {};
  onelabel_database *database = nullptr;
  auto refused = [&](onelabel_status status, const char *text) {
    check(status == ONELABEL_INVALID_ARGUMENT &&
              std::string(onelabel_last_error()).find(text) != std::string::npos,
          std::string(text) + ": " + onelabel_last_error());
  };
  auto make = [&](int64_t dimension, int32_t type, int32_t metric) {
    return onelabel_database_create(context, dimension, type, metric, &database);
  };
  refused(make(-1, 0, 0), "negative");
  refused(make(int64_t{1} << 31, 0, 0), "dimension");
  refused(make(2, 4, 0), "type");
  refused(make(2, 0, 3), "metric");
  refused(onelabel_database_create(nullptr, 2, 0, 0, &database), "context");
  refused(onelabel_database_create(context, 2, 0, 0, nullptr), "database");
  check(database == nullptr, "nothing is made");
  check_ok(make(2, ONELABEL_FLOAT32, ONELABEL_COSINE));
  auto append = [&](const void *rows, int64_t count, int64_t stride) {
    return onelabel_database_append(context, database, rows, count, stride);
  };
  refused(onelabel_database_append(context, nullptr, bytes, 1, 2), "database");
  refused(append(bytes, -1, 2), "negative");
  refused(append(bytes, 1, 1), "stride");
  refused(append(bytes + 1, 1, 2), "rows must lie");
  refused(append(nullptr, 1, 2), "NULL");
  refused(append(bytes, INT64_MAX / 4, 2), "addressed");
  int64_t starts[2];
  refused(onelabel_database_range_search(context, database, 1, bytes, 1, 2, 0, nullptr, nullptr,
                                         starts, 0, nullptr, nullptr, nullptr),
          "not so many rows");
  refused(onelabel_database_range_search(context, database, -1, bytes, 1, 2, 0, nullptr, nullptr,
                                         starts, 0, nullptr, nullptr, nullptr),
          "not so many rows");
  refused(onelabel_database_range_search(context, nullptr, 0, bytes, 1, 2, 0, nullptr, nullptr,
                                         starts, 0, nullptr, nullptr, nullptr),
          "database is NULL");
  refused(onelabel_database_range_search(context, database, 0, bytes, 1, 1, 0, nullptr, nullptr,
                                         starts, 0, nullptr, nullptr, nullptr),
          "stride");
  onelabel_database_destroy(database);
}

}  // namespace

int main(int argc, char **argv) {
  int rounds = argc > 1 ? std::atoi(argv[1]) : 4 * kKindsOfRows;
  for (const std::string &isa : tested_isas()) {
    bool slow = is_device(isa);
    onelabel_context *context = nullptr;
    if (onelabel_context_create_for(3, isa.c_str(), &context) != ONELABEL_OK) {
      std::fprintf(stderr, "%s\n", onelabel_last_error());
      return 1;
    }
    random_bits.seed(20261201);
    for (int round = 0; round < rounds; round++) to_the_bit(context, round, slow);
    at_once(context, slow);
    in_the_first_rows(context, slow);
    few_rows_behind_many(context);
    edges(context);
    refusals(context);
    std::printf("%s: %d checks, %d failed\n", onelabel_isa(context), checks, failures);
    onelabel_context_destroy(context);
  }
  return failures ? 1 : 0;
}
