// Searches for many neighbours, where a sample of the rows tells first what a row must reach: the
// answer is that of every row by itself, to the bit, on every instruction set there is, whether the
// sample is right or not:
//   many_test [ROUNDS]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "checks.h"
#include "isas.h"
#include "onelabel.h"
#include "rows.h"

namespace {

size_t at(int64_t i) { return static_cast<size_t>(i); }

struct Search {
  std::vector<float> queries, rows;
  int64_t q, m, d;
  int32_t metric, k;
  std::vector<uint8_t> allowed;
};

onelabel_status knn(onelabel_context *context, const Search &s, const float *rows, int64_t m,
                    int32_t k, const uint8_t *allowed, int64_t *indices, float *scores) {
  return onelabel_knn(context, s.queries.data(), s.q, s.d, rows, m, s.d, s.d, ONELABEL_FLOAT32,
                      s.metric, k, allowed, nullptr, indices, scores, ONELABEL_NO_VOTE, 1, nullptr,
                      0, 0, nullptr, nullptr);
}

void compare(onelabel_context *context, const Search &s) {
  // One row at a time: nothing to rule out.
  std::vector<float> each(at(s.m * s.q));
  for (int64_t r = 0; r < s.m; r++)
    if (knn(context, s, s.rows.data() + r * s.d, 1, 1, nullptr, nullptr, each.data() + r * s.q))
      check(false, onelabel_last_error());
  std::vector<int64_t> indices(at(s.q * s.k));
  std::vector<float> scores(indices.size());
  const uint8_t *allowed = s.allowed.empty() ? nullptr : s.allowed.data();
  check(knn(context, s, s.rows.data(), s.m, s.k, allowed, indices.data(), scores.data()) ==
            ONELABEL_OK,
        onelabel_last_error());
  bool same_rows = true, same_scores = true;
  for (int64_t i = 0; i < s.q; i++) {
    std::vector<std::pair<float, int64_t>> ranking;
    for (int64_t r = 0; r < s.m; r++) {
      float score = each[at(r * s.q + i)];
      if (std::isnan(score) || (allowed && !(allowed[r / 8] >> (r % 8) & 1))) continue;
      ranking.emplace_back(s.metric == ONELABEL_SQUARED_L2 ? score : -score, r);
    }
    std::sort(ranking.begin(), ranking.end());
    for (int64_t j = 0; j < s.k; j++) {
      bool there = j < static_cast<int64_t>(ranking.size());
      int64_t row = there ? ranking[at(j)].second : -1;
      float score = there ? each[at(row * s.q + i)] : std::nanf("");
      same_rows &= indices[at(i * s.k + j)] == row;
      float found = scores[at(i * s.k + j)];
      same_scores &= there ? std::memcmp(&found, &score, 4) == 0 : std::isnan(found);
    }
  }
  check(same_rows, "the rows");
  check(same_scores, "their scores");
}

void any_rows(onelabel_context *context, int round) {
  Search s;
  s.metric = round % 3;
  int kind = round % kPlainKinds;
  s.q = between(5, 16);
  // A sample pays where k is some hundredths of the rows.
  s.m = round % 4 == 3 ? between(1000, 3000) : between(9000, 14000);
  s.d = round % 4 ? between(1, 40) : between(64, 200);
  s.k = static_cast<int32_t>(between(round % 4 == 3 ? 48 : 200, 400));
  s.queries = rows_of_kind(random_bits, kind, s.q, s.d);
  s.rows = rows_of_kind(random_bits, kind, s.m, s.d);
  // In the order of one value, so that what comes first is worst or best of all.
  if (round % 5 == 2) {
    std::vector<std::vector<float>> sorted;
    for (int64_t r = 0; r < s.m; r++)
      sorted.emplace_back(s.rows.begin() + r * s.d, s.rows.begin() + (r + 1) * s.d);
    std::sort(sorted.begin(), sorted.end());
    for (int64_t r = 0; r < s.m; r++)
      std::copy(sorted[at(r)].begin(), sorted[at(r)].end(), s.rows.begin() + r * s.d);
  }
  s.rows[at(7 * s.d)] = std::nanf("");
  if (round % 3 == 1) {
    s.allowed.resize(at((s.m + 7) / 8));
    for (uint8_t &byte : s.allowed) byte = static_cast<uint8_t>(round % 2 ? between(0, 255) : 17);
  }
  current = "round " + std::to_string(round) + ", kind " + std::to_string(kind) + ", metric " +
            std::to_string(s.metric) + ", q " + std::to_string(s.q) + ", m " + std::to_string(s.m) +
            ", d " + std::to_string(s.d) + ", k " + std::to_string(s.k);
  compare(context, s);
}

// All rows of the sample are nearer than any other, and fewer than k: it promises too much.
void a_sample_that_is_wrong(onelabel_context *context, int32_t metric) {
  Search s;
  s.metric = metric;
  s.q = 12;
  s.m = 14400;
  s.d = 24;
  s.k = 1000;
  current = "a sample that promises too much, metric " + std::to_string(metric);
  s.queries = rows_of_kind(random_bits, 0, s.q, s.d);
  s.rows = rows_of_kind(random_bits, 0, s.m, s.d);
  std::vector<float> target(s.queries.begin(), s.queries.begin() + s.d);
  for (int64_t i = 0; i < s.q; i++)
    for (int64_t j = 0; j < s.d; j++)
      s.queries[at(i * s.d + j)] = target[at(j)] + 0.01f * static_cast<float>(i);
  // Which rows those are says sample.h.
  uint64_t random = 0x9E3779B97F4A7C15u;
  for (int64_t first = 0; first + 16 <= s.m; first += 16) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    float *row = s.rows.data() + (first + static_cast<int64_t>((random >> 33) % 16)) * s.d;
    for (int64_t j = 0; j < s.d; j++)
      row[j] = 3 * target[at(j)] + 1e-3f * static_cast<float>((first + j) % 7);
  }
  if (metric == ONELABEL_SQUARED_L2)
    for (float &value : s.queries) value *= 3;
  compare(context, s);
}

}  // namespace

int main(int argc, char **argv) {
  int rounds = argc > 1 ? std::atoi(argv[1]) : 60;
  for (const std::string &isa : tested_isas()) {
    for (int32_t threads : {1, 3}) {
      onelabel_context *context = nullptr;
      if (onelabel_context_create_for(threads, isa.c_str(), &context) != ONELABEL_OK) {
        std::fprintf(stderr, "%s\n", onelabel_last_error());
        return 1;
      }
      random_bits.seed(20261202);
      for (int round = 0; round < rounds; round++) any_rows(context, round);
      for (int32_t metric : {0, 1, 2}) a_sample_that_is_wrong(context, metric);
      std::printf("%s, %d threads: %d checks, %d failed\n", isa.c_str(), threads, checks, failures);
      onelabel_context_destroy(context);
    }
  }
  return failures ? 1 : 0;
}
