// Randomised cases of every kernel against float64, on the instruction set that is active.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "isas.h"
#include "onelabel.h"
#include "rows.h"
#include "truth.h"

namespace {

std::mt19937_64 random_bits(20260424);
int checks = 0, failures = 0, cases = 60;

void check(bool ok, const std::string &what) {
  checks++;
  if (!ok && failures++ < 20) std::fprintf(stderr, "FAILED: %s\n", what.c_str());
}

int64_t between(int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random_bits);
}

std::vector<float> normal(size_t count) {
  std::normal_distribution<float> distribution;
  std::vector<float> values(count);
  for (float &value : values) value = distribution(random_bits);
  return values;
}

void cosine(onelabel_context *context) {
  for (int round = 0; round < cases; round++) {
    int64_t n = between(0, 1200), d = between(1, 130);
    int32_t classes = static_cast<int32_t>(between(2, 9));
    bool rows = round % 2 == 0;
    int64_t stride = (rows ? d : n) + between(0, 3);
    std::vector<float> f = normal(static_cast<size_t>((rows ? n : d) * stride));
    std::vector<float> p = normal(static_cast<size_t>(classes * d));
    std::vector<float> scores(static_cast<size_t>(classes * n)), margins(static_cast<size_t>(n));
    std::vector<uint8_t> labels(static_cast<size_t>(n));
    int64_t invalid = -1;
    auto at = [&](int64_t i, int64_t j) -> float & {
      return f[static_cast<size_t>(rows ? i * stride + j : j * stride + i)];
    };
    if (n > 3) {
      at(1, 0) = NAN;
      for (int64_t j = 0; j < d; j++) at(2, j) = 0;
    }
    check(onelabel_prototype_cosine(context, f.data(), ONELABEL_FLOAT32,
                                    rows ? ONELABEL_ROWS : ONELABEL_CHANNELS, n, d, stride,
                                    p.data(), classes, scores.data(), labels.data(), margins.data(),
                                    &invalid) == ONELABEL_OK,
          onelabel_last_error());
    check(invalid == (n > 3 ? 1 : 0), "cosine counts vectors that are not finite");
    for (int64_t i = 0; i < n; i++) {
      if (n > 3 && i == 1) {
        check(labels[1] == ONELABEL_NO_LABEL && std::isnan(margins[1]), "NaN vector has no label");
        continue;
      }
      for (int32_t c = 0; c < classes; c++) {
        double expected =
            truth::Pair([&](int64_t j) { return at(i, j); },
                        [&](int64_t j) { return p[static_cast<size_t>(c * d + j)]; }, d)
                .cosine();
        check(std::fabs(scores[static_cast<size_t>(c * n + i)] - expected) <= 2e-6, "cosine score");
      }
    }
  }
}

void entropy(onelabel_context *context) {
  for (int round = 0; round < cases; round++) {
    int64_t passes = between(1, 8), n = between(0, 1500);
    int32_t classes = static_cast<int32_t>(between(2, 6));
    std::vector<float> input = normal(static_cast<size_t>(passes * classes * n));
    for (float &value : input) value *= round % 3 == 0 ? 40.f : 3.f;
    std::vector<float> h(static_cast<size_t>(n)), mi(h.size());
    int64_t invalid = -1;
    check(onelabel_entropy(context, input.data(), ONELABEL_LOGITS, passes, classes, n, nullptr,
                           h.data(), nullptr, mi.data(), &invalid) == ONELABEL_OK,
          onelabel_last_error());
    check(invalid == 0, "entropy of numbers is a number");
    for (int64_t i = 0; i < n; i++) {
      truth::Uncertainty expected(
          [&](int64_t t, int32_t c) {
            return input[static_cast<size_t>((t * classes + c) * n + i)];
          },
          passes, classes, ONELABEL_LOGITS);
      check(std::fabs(h[static_cast<size_t>(i)] - expected.entropy) <= 2e-6, "entropy");
      check(std::fabs(mi[static_cast<size_t>(i)] - expected.information) <= 4e-6, "information");
    }
  }
}

void knn(onelabel_context *context) {
  for (int round = 0; round < cases; round++) {
    int64_t q = between(0, 150), m = between(0, 700), d = between(1, 70);
    int32_t k = static_cast<int32_t>(between(1, 20)), metric = round % 3;
    std::vector<float> queries = normal(static_cast<size_t>(q * d));
    std::vector<float> database = normal(static_cast<size_t>(m * d));
    if (m > 10) std::copy(database.begin(), database.begin() + d, database.begin() + 5 * d);
    std::vector<int64_t> indices(static_cast<size_t>(q * k)), excluded(static_cast<size_t>(2 * q));
    std::vector<float> scores(indices.size());
    for (int64_t i = 0; i < q; i++) {
      excluded[static_cast<size_t>(2 * i)] = between(0, m);
      excluded[static_cast<size_t>(2 * i + 1)] = between(0, m);
    }
    check(onelabel_knn(context, queries.data(), q, d, database.data(), m, d, d, ONELABEL_FLOAT32,
                       metric, k, nullptr, excluded.data(), indices.data(), scores.data(),
                       ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr) == ONELABEL_OK,
          onelabel_last_error());
    for (int64_t i = 0; i < q; i++) {
      std::vector<std::pair<double, int64_t>> all;
      for (int64_t r = 0; r < m; r++) {
        if (r >= excluded[static_cast<size_t>(2 * i)] &&
            r < excluded[static_cast<size_t>(2 * i + 1)])
          continue;
        double score =
            truth::Pair([&](int64_t j) { return queries[static_cast<size_t>(i * d + j)]; },
                        [&](int64_t j) { return database[static_cast<size_t>(r * d + j)]; }, d)
                .score(metric);
        all.emplace_back(-score, r);
      }
      std::sort(all.begin(), all.end());
      for (int32_t j = 0; j < k; j++) {
        size_t at = static_cast<size_t>(i * k + j);
        if (j >= static_cast<int64_t>(all.size())) {
          check(indices[at] == -1 && std::isnan(scores[at]), "missing neighbour");
          continue;
        }
        double score = -all[static_cast<size_t>(j)].first;
        double expected = metric == ONELABEL_SQUARED_L2 ? -score : score;
        check(std::fabs(scores[at] - expected) <= 1e-5 * std::max(1.0, std::fabs(expected)),
              "neighbour score");
      }
    }
  }
}

// Whatever rules rows out - low precision, boxes, the number of queries in a call - the answer is
// that of scoring every row by itself, to the bit.
void knn_to_the_bit(onelabel_context *context, int rounds) {
  for (int round = 0; round < rounds; round++) {
    int kind = round % kKindsOfRows, lap = round / kKindsOfRows, metric = (round + lap) % 3;
    bool wide = round % 4 > 1, many = round % 3 == 0;
    bool worst = hard_to_filter(kind), clumps = kind == kBetweenClumps;
    if (worst) {  // in every third lap in leaves, else by each metric
      many = lap % 3 == 0;
      wide = !many;
      metric = many ? ONELABEL_SQUARED_L2 : (lap - lap / 3) % 3;
    }
    if (clumps) {
      many = true;
      metric = ONELABEL_SQUARED_L2;
    }
    int64_t q = many ? between(1024, 1100) : between(200, 400),
            d = wide ? between(66, 300) : between(1, 60);
    if (worst) d = std::max<int64_t>(d, 18);
    // As few more dimensions as can be than the ones that are rounded badly.
    if (worst && wide) d = between(0, 1) ? between(66, 80) : between(256, 270);
    if (clumps) d = between(1, 3);
    int64_t m = (between(worst ? 640 : 256, 700) + (many ? 2048 : 0)) / 4 * 4;
    int64_t others = worst && many ? 800 : 0;  // in clumps
    // Few neighbours and many are kept in different ways.
    int32_t k = static_cast<int32_t>(worst            ? between(1, 3)
                                     : round % 5 == 4 ? between(40, 1024)
                                                      : between(1, 20));
    HardRows rows = hard_rows(random_bits, kind, q - others, others ? 700 : m, d);
    if (others) add_clumps(rows, random_bits, others, m - 700, d);
    std::vector<float> &queries = rows.queries, &database = rows.database;
    queries[static_cast<size_t>(3 * d)] = NAN;
    if (!worst) database[static_cast<size_t>(5 * d)] = INFINITY;  // else the mean would move
    std::vector<uint8_t> allowed(static_cast<size_t>((m + 7) / 8), 255);
    std::vector<int64_t> excluded(static_cast<size_t>(2 * q));
    if (round % 5 == 0) {
      for (uint8_t &byte : allowed) byte = static_cast<uint8_t>(between(0, 255));
      for (int64_t &limit : excluded) limit = between(0, m);
    }
    // One row at a time: nothing to rule out.
    std::vector<float> each(static_cast<size_t>(m * q));
    std::vector<int64_t> found(static_cast<size_t>(q));
    for (int64_t r = 0; r < m; r++)
      check(onelabel_knn(context, queries.data(), q, d, database.data() + r * d, 1, d, d,
                         ONELABEL_FLOAT32, metric, 1, nullptr, nullptr, found.data(),
                         each.data() + r * q, ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr,
                         nullptr) == ONELABEL_OK,
            onelabel_last_error());
    std::vector<int64_t> indices(static_cast<size_t>(q * k));
    std::vector<float> scores(indices.size());
    int64_t invalid[2];
    check(onelabel_knn(context, queries.data(), q, d, database.data(), m, d, d, ONELABEL_FLOAT32,
                       metric, k, allowed.data(), excluded.data(), indices.data(), scores.data(),
                       ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, invalid) == ONELABEL_OK,
          onelabel_last_error());
    check(invalid[0] == 1 && invalid[1] == (worst ? 0 : 1), "knn counts what is not finite");
    for (int64_t i = 0; i < q; i++) {
      std::vector<std::pair<float, int64_t>> all;
      for (int64_t r = 0; r < m; r++) {
        float score = each[static_cast<size_t>(r * q + i)];
        bool out = r >= excluded[static_cast<size_t>(2 * i)] &&
                   r < excluded[static_cast<size_t>(2 * i + 1)];
        if (std::isnan(score) || out || !(allowed[static_cast<size_t>(r / 8)] >> (r % 8) & 1))
          continue;
        all.emplace_back(metric == ONELABEL_SQUARED_L2 ? score : -score, r);
      }
      std::sort(all.begin(), all.end());
      for (int32_t j = 0; j < k; j++) {
        size_t at = static_cast<size_t>(i * k + j);
        bool there = j < static_cast<int64_t>(all.size());
        check(indices[at] == (there ? all[static_cast<size_t>(j)].second : -1),
              "knn finds what scoring every row finds");
        if (there) {
          float score = metric == ONELABEL_SQUARED_L2 ? scores[at] : -scores[at];
          check(score == all[static_cast<size_t>(j)].first, "knn scores to the bit");
        }
      }
    }
  }
}

// However many queries a call has and threads share its rows, each query's answer is the same.
void few_queries_find_what_many_find() {
  onelabel_context *context = nullptr;
  check(onelabel_context_create(3, &context) == ONELABEL_OK, onelabel_last_error());
  for (int round = 0; round < 12; round++) {
    int metric = round % 3, kind = round % kPlainKinds;
    int64_t many = 8, d = between(1, 70), m = round % 2 ? between(8200, 13000) : between(0, 600);
    int32_t k = static_cast<int32_t>(round % 4 == 1 ? between(48, 1024) : between(1, 20));
    HardRows rows = hard_rows(random_bits, kind, many, m, d);
    std::vector<float> &queries = rows.queries, &database = rows.database;
    queries[static_cast<size_t>(d)] = NAN;
    if (m) database[static_cast<size_t>(m / 2 * d)] = -INFINITY;
    std::vector<int64_t> excluded(static_cast<size_t>(2 * many));
    for (int64_t &limit : excluded) limit = between(0, m);
    auto search = [&](int64_t count, std::vector<int64_t> &indices, std::vector<float> &scores) {
      indices.resize(static_cast<size_t>(count * k));
      scores.resize(indices.size());
      int64_t invalid[2];
      check(onelabel_knn(context, queries.data(), count, d, database.data(), m, d, d,
                         ONELABEL_FLOAT32, metric, k, nullptr, excluded.data(), indices.data(),
                         scores.data(), ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr,
                         invalid) == ONELABEL_OK,
            onelabel_last_error());
      check(invalid[0] == (count > 1) && invalid[1] == (m > 0), "knn counts what is not finite");
    };
    std::vector<int64_t> all, some;
    std::vector<float> all_scores, some_scores;
    search(many, all, all_scores);
    for (int64_t few = 1; few <= 5; few++) {
      search(few, some, some_scores);
      check(std::equal(some.begin(), some.end(), all.begin()), "few queries find the same rows");
      check(std::memcmp(some_scores.data(), all_scores.data(), some_scores.size() * 4) == 0,
            "few queries score to the bit");
    }
  }
  onelabel_context_destroy(context);
}

// Too few rows to round them, and just enough that a filter pays: the nearest of each is itself.
void few_rows(onelabel_context *context) {
  for (int64_t d : {40, 100})
    for (int64_t m = 200; m < 260; m += 5) {
      std::vector<float> rows = normal(static_cast<size_t>(m * d));
      std::vector<int64_t> indices(static_cast<size_t>(m));
      check(onelabel_knn(context, rows.data(), m, d, rows.data(), m, d, d, ONELABEL_FLOAT32,
                         ONELABEL_SQUARED_L2, 1, nullptr, nullptr, indices.data(), nullptr,
                         ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr) == ONELABEL_OK,
            onelabel_last_error());
      for (int64_t i = 0; i < m; i++)
        check(indices[static_cast<size_t>(i)] == i, "a row is nearest to itself");
    }
}

// The largest k, to the bit, among rows that tie.
void most_neighbours(onelabel_context *context) {
  constexpr int64_t kRows = 1500, kMost = 1024;
  std::vector<float> rows = normal(kRows), scores(kMost);
  for (float &row : rows) row = std::round(row * 100);
  std::vector<int64_t> indices(kMost), order(kRows);
  float query = 1;
  check(onelabel_knn(context, &query, 1, 1, rows.data(), kRows, 1, 1, ONELABEL_FLOAT32,
                     ONELABEL_INNER_PRODUCT, kMost, nullptr, nullptr, indices.data(), scores.data(),
                     ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr) == ONELABEL_OK,
        onelabel_last_error());
  for (int64_t r = 0; r < kRows; r++) order[static_cast<size_t>(r)] = r;
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return rows[static_cast<size_t>(a)] > rows[static_cast<size_t>(b)];
  });
  for (size_t j = 0; j < kMost; j++)
    check(indices[j] == order[j] && scores[j] == rows[static_cast<size_t>(order[j])],
          "1024 neighbours in order");
}

void summary(onelabel_context *context) {
  for (int round = 0; round < 40; round++) {
    std::vector<float> values = normal(static_cast<size_t>(between(1, 5000)));
    values[0] = 0.5f;  // the end of the last bin, and the beginning of the first
    values[values.size() - 1] = -0.5f;
    const std::vector<double> levels{0.9, 0, 1,
                                     std::uniform_real_distribution<double>()(random_bits)};
    int64_t count = static_cast<int64_t>(values.size()), histogram[4];
    double mean, quantiles[4];
    check(onelabel_summary(context, values.data(), count, &mean, 4, -0.5, 0.5, histogram, 4,
                           levels.data(), quantiles, nullptr) == ONELABEL_OK,
          onelabel_last_error());
    truth::Summary expected(values.data(), count, 4, -0.5, 0.5, levels);
    check(std::fabs(mean - expected.mean) < 1e-12, "mean");
    for (size_t i = 0; i < 4; i++) {
      check(histogram[i] == expected.histogram[i], "histogram");
      check(std::fabs(quantiles[i] - expected.quantiles[i]) < 1e-12, "quantile");
    }
  }
}

void refusals(onelabel_context *context) {
  float x = 0;
  int64_t huge = int64_t{1} << 61;
  check(onelabel_knn(context, &x, huge, 1, &x, 1, 1, 1, 0, 0, 1, nullptr, nullptr, nullptr, nullptr,
                     0, 1, nullptr, 0, 0, nullptr, nullptr) == ONELABEL_INVALID_ARGUMENT,
        "sizes beyond the address space are refused");
  check(std::string(onelabel_last_error()).find("bytes") != std::string::npos, "and say why");
  check(onelabel_entropy(context, nullptr, 0, 1, 2, 5, nullptr, nullptr, nullptr, nullptr,
                         nullptr) == ONELABEL_INVALID_ARGUMENT,
        "NULL input is refused");
}

}  // namespace

//   kernel_test                      39 rounds of the test to the bit: each kind three times
//   kernel_test ROUNDS [CASES]       where the kernels are slow; CASES of each kernel instead of 60
//   kernel_test --expect-no-context
int main(int argc, char **argv) {
  onelabel_context *context = nullptr;
  onelabel_status status = onelabel_context_create(2, &context);
  if (argc > 1 && std::string(argv[1]) == "--expect-no-context") {
    std::printf("%s\n", onelabel_last_error());
    return status == ONELABEL_INVALID_ARGUMENT ? 0 : 1;
  }
  if (status != ONELABEL_OK) {
    std::fprintf(stderr, "%s\n", onelabel_last_error());
    return 1;
  }
  if (is_missing_here()) {
    onelabel_context_destroy(context);
    return kSkipped;
  }
  if (argc > 2) cases = std::atoi(argv[2]);
  cosine(context);
  entropy(context);
  knn(context);
  few_queries_find_what_many_find();
  knn_to_the_bit(context, argc > 1 ? std::atoi(argv[1]) : 3 * kKindsOfRows);
  few_rows(context);
  most_neighbours(context);
  summary(context);
  refusals(context);
  std::printf("%s: %d checks, %d failed\n", onelabel_isa(context), checks, failures);
  onelabel_context_destroy(context);
  return failures ? 1 : 0;
}
