// What onelabel.h promises for numbers at the edges and for arguments that make no sense, on every
// instruction set (every device) there is: short and long vectors, infinities, NaN, what is no
// probability, refusals. Truth is float64.
//   contract_test [ROUNDS]
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

namespace {

constexpr float kMost = std::numeric_limits<float>::max();
constexpr float kLeastNormal = std::numeric_limits<float>::min();
constexpr float kInf = std::numeric_limits<float>::infinity();

bool ok(onelabel_status status) {
  check(status == ONELABEL_OK, onelabel_last_error());
  return status == ONELABEL_OK;
}

bool one_in(int64_t n) { return between(1, n) == 1; }

float normal() { return std::normal_distribution<float>()(random_bits); }

size_t at(int64_t i) { return static_cast<size_t>(i); }

// Lengths from float32's smallest number to its largest, the ordinary one among them.
float any_scale() {
  switch (between(0, 5)) {
    case 0:
      return 1;
    case 1:
      return std::ldexp(1.f, static_cast<int>(between(-149, -120)));
    case 2:
      return std::ldexp(1.f, static_cast<int>(between(-80, -45)));
    case 3:
      return std::ldexp(1.f, static_cast<int>(between(55, 66)));
    default:
      return std::ldexp(1.f, static_cast<int>(between(-149, 66)));
  }
}

// A vector; some are zero, of zeros of either sign, or not finite.
void fill(float *vector, int64_t dimension, int64_t step) {
  float scale = any_scale();
  int64_t fate = between(0, 15);
  for (int64_t d = 0; d < dimension; d++)
    vector[d * step] = fate == 0 ? (one_in(2) ? 0.f : -0.f) : normal() * scale;
  if (fate == 1 && dimension > 0)
    vector[between(0, dimension - 1) * step] = one_in(2) ? NAN : -kInf;
}

struct Pair {
  double dot = 0, own = 0, other = 0, distance = 0;
};

Pair pair(const float *x, int64_t step, const float *y, int64_t dimension) {
  Pair p;
  for (int64_t d = 0; d < dimension; d++) {
    double a = x[d * step], b = y[d];
    p.dot += a * b;
    p.own += a * a;
    p.other += b * b;
    p.distance += (a - b) * (a - b);
  }
  return p;
}

// At the very edge rounding of the sum decides.
bool is_finite(double square) { return square <= kMost; }

void cosine(onelabel_context *context) {
  int64_t n = between(1, 700), d = one_in(3) ? between(0, 3) : between(1, 70);
  int32_t classes = static_cast<int32_t>(one_in(3) ? between(9, 70) : between(1, 8));
  bool rows = one_in(2);
  int32_t layout = rows ? ONELABEL_ROWS : ONELABEL_CHANNELS;
  int64_t stride = (rows ? d : n) + between(0, 3);
  current = "cosine n " + std::to_string(n) + " d " + std::to_string(d) + " classes " +
            std::to_string(classes) + (rows ? " rows" : " channels");
  std::vector<float> f(at((rows ? n : d) * stride) + 1, 7.f), p(at(classes * d) + 1);
  for (int64_t i = 0; i < n; i++) fill(f.data() + (rows ? i * stride : i), d, rows ? 1 : stride);
  for (int32_t c = 0; c < classes; c++) {
    float scale = one_in(2) ? 1.f : std::ldexp(1.f, static_cast<int>(between(-149, 125)));
    for (int64_t j = 0; j < d; j++) p[at(c * d + j)] = std::clamp(normal() * scale, -kMost, kMost);
  }
  std::vector<float> scores(at(classes * n)), margins(at(n));
  std::vector<uint8_t> labels(at(n));
  int64_t invalid = -1, expected_invalid = 0;
  if (!ok(onelabel_prototype_cosine(context, f.data(), ONELABEL_FLOAT32, layout, n, d, stride,
                                    p.data(), classes, scores.data(), labels.data(),
                                    classes > 1 ? margins.data() : nullptr, &invalid)))
    return;
  for (int64_t i = 0; i < n; i++) {
    const float *x = f.data() + (rows ? i * stride : i);
    double own = pair(x, rows ? 1 : stride, p.data(), d).own;
    if (!is_finite(own)) {
      expected_invalid++;
      check(labels[at(i)] == ONELABEL_NO_LABEL, "no label for a vector that is not finite");
      check(classes < 2 || std::isnan(margins[at(i)]), "nor a margin");
      for (int32_t c = 0; c < classes; c++) check(std::isnan(scores[at(c * n + i)]), "nor a score");
      continue;
    }
    float best = -kInf, second = -kInf;
    int label = 0;
    for (int32_t c = 0; c < classes; c++) {
      Pair two = pair(x, rows ? 1 : stride, p.data() + c * d, d);
      double expected =
          two.own > 0 && two.other > 0 ? two.dot / std::sqrt(two.own) / std::sqrt(two.other) : 0;
      float score = scores[at(c * n + i)];
      check(std::fabs(score - expected) <= 2e-6, "score " + std::to_string(score) + " is " +
                                                     std::to_string(expected) + ", length " +
                                                     std::to_string(std::log2(two.own) / 2));
      second = std::max(second, std::min(best, score));
      if (score > best) label = c;
      best = std::max(best, score);
    }
    check(labels[at(i)] == label, "the label is that of the first best score");
    check(classes < 2 || margins[at(i)] == best - second, "the margin is between the two best");
  }
  check(invalid == expected_invalid, "vectors that are not finite are counted");
}

// What the score of a pair is: larger is better.
double score_of(int32_t metric, const Pair &p) {
  if (metric == ONELABEL_COSINE)
    return p.own > 0 && p.other > 0 ? p.dot / std::sqrt(p.own) / std::sqrt(p.other) : 0;
  if (metric == ONELABEL_INNER_PRODUCT)
    return std::fabs(p.dot) < kLeastNormal ? 0 : std::clamp<double>(p.dot, -kMost, kMost);
  return p.distance < kLeastNormal ? 0 : p.distance >= kMost ? -INFINITY : -p.distance;
}

void knn(onelabel_context *context, bool slow) {
  int64_t q = between(1, 60), m = between(1, 400), d = one_in(4) ? between(64, 90) : between(0, 40);
  if (one_in(8) && !slow) {  // large enough for the search in leaves
    q = between(256, 280);
    m = between(2048, 2200);
    d = between(1, 12);
  }
  int32_t k = static_cast<int32_t>(between(1, 12)), metric = static_cast<int32_t>(between(0, 2));
  current = "knn q " + std::to_string(q) + " m " + std::to_string(m) + " d " + std::to_string(d) +
            " k " + std::to_string(k) + " metric " + std::to_string(metric);
  std::vector<float> queries(at(q * d) + 1), rows(at(m * d) + 1);
  // Either all alike, so that near ones have to be told apart, or each as it comes.
  bool alike = one_in(2);
  float scale = any_scale();
  for (auto *side : {&queries, &rows})
    for (int64_t i = 0; i < (side == &queries ? q : m); i++) {
      fill(side->data() + i * d, d, 1);
      for (int64_t j = 0; j < d && alike; j++) (*side)[at(i * d + j)] = normal() * scale;
    }
  std::vector<int64_t> indices(at(q * k));
  std::vector<float> scores(indices.size());
  int64_t invalid[2], expected_queries = 0, expected_rows = 0;
  if (!ok(onelabel_knn(context, queries.data(), q, d, rows.data(), m, d, d, ONELABEL_FLOAT32,
                       metric, k, nullptr, nullptr, indices.data(), scores.data(), ONELABEL_NO_VOTE,
                       1, nullptr, 0, 0, nullptr, invalid)))
    return;
  std::vector<bool> out(at(m));
  for (int64_t r = 0; r < m; r++) {
    out[at(r)] = !is_finite(pair(rows.data() + r * d, 1, rows.data() + r * d, d).own);
    expected_rows += out[at(r)];
  }
  for (int64_t i = 0; i < q; i++) {
    const float *query = queries.data() + i * d;
    bool finite = is_finite(pair(query, 1, query, d).own);
    expected_queries += !finite;
    if (i % 5 != 0 && q > 100) continue;
    std::vector<double> all;
    std::vector<double> truth(at(m)), slack(at(m));
    for (int64_t r = 0; r < m && finite; r++) {
      if (out[at(r)]) continue;
      Pair p = pair(query, 1, rows.data() + r * d, d);
      truth[at(r)] = score_of(metric, p);
      all.push_back(truth[at(r)]);
      double sum = p.own + p.other;
      slack[at(r)] = metric == ONELABEL_COSINE ? 2e-6
                     : metric == ONELABEL_INNER_PRODUCT
                         ? 2e-6 * std::sqrt(p.own) * std::sqrt(p.other)
                         : 2e-6 * sum;
      // Just below the least number that counts, just below what is infinite.
      if (metric != ONELABEL_COSINE) slack[at(r)] += 1.001 * kLeastNormal;
    }
    std::sort(all.begin(), all.end(), [](double a, double b) { return a > b; });
    for (int32_t j = 0; j < k; j++) {
      int64_t index = indices[at(i * k + j)];
      double score = scores[at(i * k + j)];
      if (metric == ONELABEL_SQUARED_L2) score = -score;
      if (j >= static_cast<int64_t>(all.size())) {
        check(index == -1 && std::isnan(score), "there is no such neighbour");
        continue;
      }
      if (index < 0 || index >= m || out[at(index)]) {
        check(false, "neighbour " + std::to_string(j) + " is missing or not finite");
        continue;
      }
      double own = truth[at(index)], best = all[at(j)], room = slack[at(index)];
      std::ostringstream told;
      told << "score " << score << " of row " << index << " is " << own << ", the best " << best
           << ", allowed " << room;
      bool edge = metric == ONELABEL_SQUARED_L2 && (score == -INFINITY || own == -INFINITY);
      check(edge ? std::fabs(std::max<double>(score, -kMost) / std::max<double>(own, -kMost) - 1) <
                       1e-5
                 : std::fabs(score - own) <= room,
            told.str());
      if (std::fabs(own) < 0.999 * kLeastNormal && metric != ONELABEL_COSINE)
        check(score == 0 || room > 2 * kLeastNormal, "what is too small is 0: " + told.str());
      check(own == best || own >= best - 2 * room || best - own <= 1e-5 * std::fabs(own),
            "a better row is left out: " + told.str());
      if (j > 0) {
        float before = scores[at(i * k + j - 1)], now = scores[at(i * k + j)];
        check(metric == ONELABEL_SQUARED_L2 ? before <= now : before >= now, "best first");
        check(before != now || indices[at(i * k + j - 1)] < index, "equal ones by index");
      }
    }
  }
  check(invalid[0] == expected_queries && invalid[1] == expected_rows,
        "queries and rows that are not finite are counted");
}

// Whatever lies in a database, one row at a time finds the same, to the bit.
void knn_to_the_bit(onelabel_context *context) {
  int64_t q = between(256, 270), m = one_in(2) ? between(256, 300) : between(2048, 2100);
  int64_t d = one_in(3) ? between(64, 70) : between(1, 20);
  int32_t k = 7, metric = static_cast<int32_t>(between(1, 2));
  current = "knn to the bit m " + std::to_string(m) + " d " + std::to_string(d) + " metric " +
            std::to_string(metric);
  std::vector<float> queries(at(q * d)), rows(at(m * d));
  float scale = one_in(2) ? std::ldexp(1.f, static_cast<int>(between(-66, -58)))
                          : std::ldexp(1.f, static_cast<int>(between(56, 63)));
  for (float &value : queries) value = normal() * scale;
  for (float &value : rows) value = (one_in(2) ? 1.f : 0.01f) * normal() * scale;
  std::vector<float> each(at(m * q)), scores(at(q * k));
  std::vector<int64_t> found(at(q)), indices(at(q * k));
  for (int64_t r = 0; r < m; r++)
    ok(onelabel_knn(context, queries.data(), q, d, rows.data() + r * d, 1, d, d, ONELABEL_FLOAT32,
                    metric, 1, nullptr, nullptr, found.data(), each.data() + r * q,
                    ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr, nullptr));
  ok(onelabel_knn(context, queries.data(), q, d, rows.data(), m, d, d, ONELABEL_FLOAT32, metric, k,
                  nullptr, nullptr, indices.data(), scores.data(), ONELABEL_NO_VOTE, 1, nullptr, 0,
                  0, nullptr, nullptr));
  for (int64_t i = 0; i < q; i++) {
    std::vector<std::pair<float, int64_t>> all;
    for (int64_t r = 0; r < m; r++) {
      float score = each[at(r * q + i)];
      if (!std::isnan(score)) all.emplace_back(metric == ONELABEL_SQUARED_L2 ? score : -score, r);
    }
    std::sort(all.begin(), all.end());
    for (int32_t j = 0; j < k && j < static_cast<int64_t>(all.size()); j++)
      check(indices[at(i * k + j)] == all[at(j)].second, "the same rows in the same order");
  }
}

void votes(onelabel_context *context) {
  current = "votes";
  // Distances of a query at 0: as they are, and infinite.
  float query[1] = {-1.7e19f}, rows[4] = {1.7e19f, 1.6e19f, -1.7e19f, NAN};
  uint8_t hard[4] = {0, 1, 2, 0};
  float soft[12] = {1, 0, 0, -1, NAN, 2, 0, 0.5f, 0.25f, 1, 1, 1};
  auto run = [&](int64_t count, int32_t metric, int32_t vote, float temperature, const void *labels,
                 int32_t kind) {
    std::vector<float> result(3, 77.f);
    ok(onelabel_knn(context, query, 1, 1, rows, count, 1, 1, ONELABEL_FLOAT32, metric, 4, nullptr,
                    nullptr, nullptr, nullptr, vote, temperature, labels, kind, 3, result.data(),
                    nullptr));
    return result;
  };
  auto equal = [](const std::vector<float> &a, std::vector<float> b) {
    for (size_t i = 0; i < b.size(); i++)
      if (!(std::fabs(a[i] - b[i]) <= 1e-6f) && !(std::isnan(a[i]) && std::isnan(b[i])))
        return false;
    return true;
  };
  for (float temperature : {std::numeric_limits<float>::denorm_min(), 1.f, kMost}) {
    check(equal(run(2, 2, 2, temperature, hard, 0), {0.5f, 0.5f, 0}),
          "infinite distances share alike");
    check(equal(run(4, 2, 2, temperature, hard, 0), {0, 0, 1}),
          "beside a finite one they have no share");
    check(equal(run(4, 2, 2, temperature, soft, 1), {0, 0.5f, 0.25f}),
          "nor are labels of no weight looked at, be they NaN");
  }
  check(equal(run(2, 2, 2, 1, soft, 1), {0, NAN, 1}), "shares are taken as they stand");
  check(equal(run(0, 2, 2, 1, hard, 0), {0, 0, 0}), "nobody votes for nothing");
  query[0] = NAN;
  check(equal(run(4, 2, 2, 1, hard, 0), {NAN, NAN, NAN}), "a query that is not finite has NaN");
  // Products at both ends of the range, whose difference is beyond it.
  query[0] = 1.8e19f;
  rows[0] = 1.8e19f, rows[1] = -1.8e19f;
  double weight = std::exp(-2 * 1.8e19f * double{1.8e19f} / kMost);
  float one = static_cast<float>(1 / (1 + weight));
  check(equal(run(2, 1, 2, kMost, hard, 0), {one, 1 - one, 0}),
        "a difference beyond float32's range is divided by the temperature first");
  check(equal(run(2, 1, 2, 1, hard, 0), {1, 0, 0}), "or is infinite");
  query[0] = 1, rows[0] = -3, rows[1] = 0, rows[2] = 0.5f;
  check(equal(run(3, 1, 1, NAN, hard, 0), {0, 0, 0.5f}),
        "scores below 0 have no vote; a temperature that is not used is not looked at");
}

void entropy(onelabel_context *context) {
  int64_t passes = between(1, 4), n = between(1, 1100);
  int32_t classes = static_cast<int32_t>(one_in(3) ? between(5, 40) : between(1, 4));
  bool logits = one_in(2);
  current = "entropy passes " + std::to_string(passes) + " classes " + std::to_string(classes) +
            " n " + std::to_string(n) + (logits ? " logits" : " probabilities");
  std::vector<float> input(at(passes * classes * n)), mean(at(classes * n)), h(at(n)), mi(at(n));
  std::vector<uint8_t> labels(at(n));
  static const float odd_logits[] = {-kInf, -kInf, -kInf, kInf, NAN, kMost, -kMost, 1e-45f, -0.f};
  static const float odd_probabilities[] = {0.f,  -0.f, 1.f,   1.0009f, 1.002f, -1e-7f,
                                            -1.f, kInf, -kInf, NAN,     1e-45f, -1e-45f};
  for (float &value : input)
    value = logits ? 3 * normal() : std::uniform_real_distribution<float>()(random_bits);
  for (int64_t i = 0; i < n; i++)
    for (int64_t s = 0; s < passes * classes && i % 3 == 0; s++)
      if (one_in(passes * classes))
        input[at(s * n + i)] =
            logits ? odd_logits[between(0, 8)] : odd_probabilities[between(0, 11)];
  int64_t invalid = -1, expected_invalid = 0;
  if (!ok(onelabel_entropy(context, input.data(), logits ? ONELABEL_LOGITS : ONELABEL_PROBABILITIES,
                           passes, classes, n, mean.data(), h.data(), labels.data(), mi.data(),
                           &invalid)))
    return;
  for (int64_t i = 0; i < n; i++) {
    std::vector<double> m(at(classes)), p(at(classes));
    double inner = 0;
    bool valid = true;
    for (int64_t t = 0; t < passes; t++) {
      double top = -INFINITY, sum = 0;
      for (int32_t c = 0; c < classes; c++) {
        p[at(c)] = input[at((t * classes + c) * n + i)];
        valid =
            valid && (logits ? p[at(c)] < INFINITY : p[at(c)] >= 0 && p[at(c)] <= double{1.001f});
        top = std::max(top, p[at(c)]);
      }
      valid = valid && (!logits || top > -INFINITY);
      for (double &value : p) sum += value = logits ? std::exp(value - top) : value;
      for (int32_t c = 0; c < classes; c++) {
        double share = logits ? p[at(c)] / sum : p[at(c)];
        m[at(c)] += share / double(passes);
        if (share > 0) inner -= share * std::log(share) / double(passes);
      }
    }
    if (!valid) {
      expected_invalid++;
      bool all =
          std::isnan(h[at(i)]) && std::isnan(mi[at(i)]) && labels[at(i)] == ONELABEL_NO_LABEL;
      for (int32_t c = 0; c < classes; c++) all = all && std::isnan(mean[at(c * n + i)]);
      check(all, "a voxel that is not a number has NaN and no label");
      continue;
    }
    double expected = 0, best = -1, chosen = -2;
    for (int32_t c = 0; c < classes; c++) {
      expected -= m[at(c)] > 0 ? m[at(c)] * std::log(m[at(c)]) : 0;
      best = std::max(best, m[at(c)]);
      if (labels[at(i)] == c) chosen = m[at(c)];
      check(std::fabs(mean[at(c * n + i)] - m[at(c)]) <= 1e-6, "mean");
    }
    double slack = classes <= 4 ? 2e-6 : 1e-5;
    check(std::fabs(h[at(i)] - std::max(0., expected)) <= slack, "entropy");
    check(std::fabs(mi[at(i)] - std::max(0., expected - inner)) <= 2 * slack ||
              (expected < 0 && std::fabs(mi[at(i)] - std::max(0., -inner)) <= 2 * slack),
          "information");
    check(chosen >= best - 1e-6, "label");
  }
  check(invalid == expected_invalid, "voxels that are not a number are counted");
}

void upsample(onelabel_context *context) {
  int32_t classes = static_cast<int32_t>(between(1, 5));
  int32_t mode = one_in(2) ? ONELABEL_NEAREST : ONELABEL_TRILINEAR;
  int64_t in[3], out[3];
  for (int a = 0; a < 3; a++) {
    in[a] = between(1, 6);
    out[a] = one_in(3) ? in[a] * between(1, 3) : between(1, 12);
  }
  current = "upsample mode " + std::to_string(mode) + " classes " + std::to_string(classes);
  int64_t coarse = in[0] * in[1] * in[2], fine = out[0] * out[1] * out[2];
  std::vector<float> scores(at(classes * coarse)), margins(at(fine));
  static const float odd[] = {-kInf, -kInf, -kInf, -kInf, kInf, NAN, kMost, -kMost};
  int64_t rare = between(3, 40);
  for (float &value : scores) value = one_in(rare) ? odd[between(0, 7)] : normal();
  if (one_in(3)) std::fill_n(scores.begin(), coarse, -kInf);  // a class that is masked out
  std::vector<uint8_t> labels(at(fine));
  if (!ok(onelabel_upsample_argmax(context, scores.data(), classes, in[0], in[1], in[2], out[0],
                                   out[1], out[2], mode, labels.data(),
                                   classes > 1 ? margins.data() : nullptr)))
    return;
  for (int64_t i = 0; i < fine; i++) {
    int64_t place[3] = {i / (out[1] * out[2]), i / out[2] % out[1], i % out[2]}, low[3];
    double share[3];
    for (int a = 0; a < 3; a++) {
      double position = double(place[a]) * double(in[a]) / double(out[a]);
      if (mode == ONELABEL_TRILINEAR)
        position = std::clamp((double(place[a]) + 0.5) * double(in[a]) / double(out[a]) - 0.5, 0.,
                              double(in[a] - 1));
      low[a] = static_cast<int64_t>(position);
      share[a] = mode == ONELABEL_TRILINEAR ? position - double(low[a]) : 0;
    }
    double best = -INFINITY, second = -INFINITY, chosen = NAN, largest = 0;
    bool valid = true;
    for (int32_t c = 0; c < classes; c++) {
      double sum = 0;
      for (int corner = 0; corner < 8; corner++) {
        double weight = 1;
        int64_t index = c;
        for (int a = 0; a < 3; a++) {
          int step = corner >> a & 1;
          weight *= step ? share[a] : 1 - share[a];
          index = index * in[a] + std::min(low[a] + step, in[a] - 1);
        }
        if (weight == 0) continue;
        sum += weight * scores[at(index)];
        if (std::isfinite(scores[at(index)]))
          largest = std::max<double>(largest, std::fabs(scores[at(index)]));
      }
      valid = valid && !std::isnan(sum);
      second = std::max(second, std::min(best, sum));
      best = std::max(best, sum);
      if (labels[at(i)] == c) chosen = sum;
    }
    if (!valid) {
      check(labels[at(i)] == ONELABEL_NO_LABEL, "no label where a score is NaN");
      check(classes < 2 || std::isnan(margins[at(i)]), "nor a margin");
      continue;
    }
    double slack = 2e-6 * largest;
    check(chosen == best || chosen >= best - slack, "the label is that of the best score");
    if (best == -INFINITY) check(labels[at(i)] == 0, "of all minus infinity the first is the best");
    double margin = best == second ? 0 : best - second;
    if (classes > 1 && margin <= kMost)
      check(std::fabs(margins[at(i)] - margin) <= 2 * slack, "margin");
    if (classes > 1 && margin == INFINITY) check(margins[at(i)] == kInf, "an infinite margin");
  }
}

void summary(onelabel_context *context) {
  current = "summary";
  auto quantile = [&](std::vector<float> values, double level) {
    double result = -77, mean = 0;
    ok(onelabel_summary(context, values.data(), static_cast<int64_t>(values.size()), &mean, 0, 0, 0,
                        nullptr, 1, &level, &result, nullptr));
    return result;
  };
  check(quantile({kInf, kInf, 1}, 0.75) == INFINITY, "between two infinities lies that infinity");
  check(quantile({-kInf, -kInf, 1}, 0.25) == -INFINITY, "the negative one, too");
  check(quantile({-kInf, 5}, 0.5) == -INFINITY && quantile({kInf, 5}, 0.5) == INFINITY,
        "between one and a number lies the infinity");
  check(std::isnan(quantile({-kInf, kInf}, 0.5)), "between opposite ones nothing");
  check(quantile({-kInf, kInf, 3}, 0.5) == 3 && quantile({-kInf, kInf}, 0) == -INFINITY &&
            quantile({-kInf, kInf}, 1) == INFINITY,
        "a rank itself is its value");
  check(quantile({-kMost, kMost}, 0.5) == 0, "float64 has room for all of float32");
  check(std::isnan(quantile({}, 0.5)) && std::isnan(quantile({NAN}, 0.5)), "of nothing NaN");
  auto mean = [&](std::vector<float> values) {
    double result = -77;
    ok(onelabel_summary(context, values.data(), static_cast<int64_t>(values.size()), &result, 0, 0,
                        0, nullptr, 0, nullptr, nullptr, nullptr));
    return result;
  };
  check(mean({1, kInf}) == INFINITY && std::isnan(mean({kInf, -kInf})) && std::isnan(mean({})) &&
            mean({kMost, kMost, NAN}) == kMost,
        "means");
  float values[7] = {-kInf, -1e30f, 0, 1, 2, kInf, NAN};
  int64_t counts[4] = {9, 9, 9, 9};
  check(ok(onelabel_summary(context, values, 7, nullptr, 4, 0, 2, counts, 0, nullptr, nullptr,
                            nullptr)) &&
            counts[0] == 3 && counts[1] == 0 && counts[2] == 1 && counts[3] == 2,
        "infinities fall into the first and the last bin");
  double tiny = std::numeric_limits<double>::denorm_min();
  check(ok(onelabel_summary(context, values, 7, nullptr, 4, 0, tiny, counts, 0, nullptr, nullptr,
                            nullptr)) &&
            counts[0] + counts[1] + counts[2] + counts[3] == 6,
        "the narrowest range has its counts");
}

using Call = std::function<onelabel_status()>;

void refuse(const char *what, const Call &call, const char *text) {
  current = "refusals";
  onelabel_status status = call();
  std::string why = onelabel_last_error();
  check(status == ONELABEL_INVALID_ARGUMENT, std::string(what) + " is refused");
  check(why.find(text) != std::string::npos, std::string(what) + " is named: " + why);
}

void refusals(onelabel_context *context) {
  float floats[64] = {1};
  double doubles[8] = {0.5};
  int64_t longs[8] = {};
  uint8_t bytes[64] = {};
  const int64_t huge = int64_t{1} << 61;
  const char *odd = reinterpret_cast<char *>(floats) + 1;
  auto floats_odd = reinterpret_cast<float *>(const_cast<char *>(odd));
  auto longs_odd = reinterpret_cast<int64_t *>(reinterpret_cast<char *>(longs) + 4);
  auto doubles_odd = reinterpret_cast<double *>(reinterpret_cast<char *>(doubles) + 4);

  auto cosine = [&](onelabel_context *on, const void *f, int32_t type, int32_t layout, int64_t n,
                    int64_t d, int64_t stride, const float *p, int32_t classes, float *scores,
                    float *margins, int64_t *invalid) {
    return [=] {
      return onelabel_prototype_cosine(on, f, type, layout, n, d, stride, p, classes, scores,
                                       nullptr, margins, invalid);
    };
  };
  float *f = floats, *none = nullptr;
  refuse("no context", cosine(nullptr, f, 0, 0, 2, 2, 2, f, 2, f, none, nullptr), "context");
  refuse("a type", cosine(context, f, 4, 0, 2, 2, 2, f, 2, f, none, nullptr), "type");
  refuse("a layout", cosine(context, f, 0, 2, 2, 2, 2, f, 2, f, none, nullptr), "layout");
  refuse("a count", cosine(context, f, 0, 0, -1, 2, 2, f, 2, f, none, nullptr), "negative");
  refuse("a dimension", cosine(context, f, 0, 0, 1, -2, 2, f, 2, f, none, nullptr), "negative");
  refuse("too many dimensions", cosine(context, f, 0, 0, 0, huge, huge, f, 2, f, none, nullptr),
         "dimension must be");
  refuse("a stride", cosine(context, f, 0, 0, 2, 2, 1, f, 2, f, none, nullptr), "stride");
  refuse("a stride of channels", cosine(context, f, 0, 1, 3, 2, 2, f, 2, f, none, nullptr),
         "stride");
  refuse("a size", cosine(context, f, 0, 0, huge, 2, 2, f, 2, f, none, nullptr), "features");
  refuse("scores' size",
         cosine(context, f, 0, 1, int64_t{1} << 56, 0, huge, f, 255, f, none, nullptr), "scores");
  for (int32_t classes : {0, -1, 256})
    refuse("classes", cosine(context, f, 0, 0, 2, 2, 2, f, classes, f, none, nullptr), "classes");
  refuse("a margin of one", cosine(context, f, 0, 0, 2, 2, 2, f, 1, f, f, nullptr), "margins");
  refuse("no features", cosine(context, nullptr, 0, 0, 2, 2, 2, f, 2, f, none, nullptr), "NULL");
  refuse("no prototypes", cosine(context, f, 0, 0, 2, 2, 2, none, 2, f, none, nullptr), "NULL");
  refuse("features between elements", cosine(context, odd, 0, 0, 2, 2, 2, f, 2, f, none, nullptr),
         "features must lie");
  refuse("float16 between elements", cosine(context, odd, 1, 0, 2, 2, 2, f, 2, f, none, nullptr),
         "features must lie");
  refuse("prototypes between elements",
         cosine(context, f, 0, 0, 2, 2, 2, floats_odd, 2, f, none, nullptr), "prototypes must lie");
  refuse("scores between elements",
         cosine(context, f, 0, 0, 2, 2, 2, f, 2, floats_odd, none, nullptr), "scores must lie");
  refuse("margins between elements",
         cosine(context, f, 0, 0, 2, 2, 2, f, 2, f, floats_odd, nullptr), "margins must lie");
  refuse("a count between elements", cosine(context, f, 0, 0, 2, 2, 2, f, 2, f, none, longs_odd),
         "invalid must lie");
  for (float value : {NAN, kInf}) {
    float prototypes[4] = {1, 2, value, 4}, features[4] = {1, 2, 3, 4}, scores[4];
    refuse("a prototype",
           cosine(context, features, 0, 0, 2, 2, 2, prototypes, 2, scores, none, nullptr),
           "prototype is not finite");
  }
  current = "nothing to do";
  check(cosine(context, nullptr, 0, 0, 0, 2, 2, nullptr, 2, none, none, nullptr)() == ONELABEL_OK,
        "no vector, no array");

  auto upsample = [&](const float *s, int32_t classes, int64_t in, int64_t out, int32_t mode,
                      uint8_t *labels, float *margins) {
    return [=] {
      return onelabel_upsample_argmax(context, s, classes, in, 1, 1, out, 1, 1, mode, labels,
                                      margins);
    };
  };
  refuse("classes", upsample(f, 256, 1, 1, 0, bytes, none), "classes");
  refuse("a margin of one", upsample(f, 1, 1, 1, 0, bytes, f), "margins");
  refuse("a mode", upsample(f, 2, 1, 1, 2, bytes, none), "mode");
  refuse("a side", upsample(f, 2, -1, 1, 0, bytes, none), "negative");
  refuse("a side of the labels", upsample(f, 2, 1, -1, 0, bytes, none), "negative");
  refuse("nothing to sample", upsample(f, 2, 0, 1, 0, bytes, none), "empty grid");
  refuse("no scores", upsample(nullptr, 2, 1, 1, 0, bytes, none), "NULL");
  refuse("no labels", upsample(f, 2, 1, 1, 0, nullptr, none), "NULL");
  refuse("a size", upsample(f, 2, huge, 1, 0, bytes, none), "bytes");
  refuse("a size of the labels", upsample(f, 2, 1, huge, 0, bytes, none), "bytes");
  refuse("scores between elements", upsample(floats_odd, 2, 1, 1, 0, bytes, none), "must lie");
  refuse("margins between elements", upsample(f, 2, 1, 1, 0, bytes, floats_odd), "must lie");

  auto entropy = [&](const float *input, int32_t kind, int64_t passes, int32_t classes, int64_t n,
                     float *mean, float *h, float *mi, int64_t *invalid) {
    return [=] {
      return onelabel_entropy(context, input, kind, passes, classes, n, mean, h, nullptr, mi,
                              invalid);
    };
  };
  refuse("a kind", entropy(f, 2, 1, 2, 3, none, f, none, nullptr), "kind");
  refuse("no pass", entropy(f, 0, 0, 2, 3, none, f, none, nullptr), "passes");
  refuse("classes", entropy(f, 0, 1, 0, 3, none, f, none, nullptr), "classes");
  refuse("voxels", entropy(f, 0, 1, 2, -3, none, f, none, nullptr), "negative");
  refuse("a size", entropy(f, 0, huge, 200, 3, none, f, none, nullptr), "bytes");
  refuse("no input", entropy(nullptr, 0, 1, 2, 3, none, f, none, nullptr), "NULL");
  refuse("input between elements", entropy(floats_odd, 0, 1, 2, 3, none, f, none, nullptr),
         "input must lie");
  refuse("mean between elements", entropy(f, 0, 1, 2, 3, floats_odd, f, none, nullptr),
         "mean must lie");
  refuse("entropy between elements", entropy(f, 0, 1, 2, 3, none, floats_odd, none, nullptr),
         "entropy must lie");
  refuse("information between elements", entropy(f, 0, 1, 2, 3, none, f, floats_odd, nullptr),
         "information must lie");
  refuse("a count between elements", entropy(f, 0, 1, 2, 3, none, f, none, longs_odd),
         "invalid must lie");

  auto summary = [&](const float *values, int64_t count, double *mean, int32_t bins, double low,
                     double high, int64_t *histogram, int32_t quantiles, const double *levels,
                     double *results) {
    return [=] {
      return onelabel_summary(context, values, count, mean, bins, low, high, histogram, quantiles,
                              levels, results, nullptr);
    };
  };
  double *no_double = nullptr;
  const double most = std::numeric_limits<double>::max();
  struct Range {
    double low, high;
  };
  for (Range range : {Range{0, INFINITY}, Range{-INFINITY, 0}, Range{-INFINITY, INFINITY},
                      Range{-1.7e308, 1.7e308}, Range{-most, most}, Range{NAN, 1}, Range{0, NAN},
                      Range{1, 1}, Range{2, 1}})
    refuse("a range",
           summary(f, 3, no_double, 4, range.low, range.high, longs, 0, nullptr, nullptr),
           "low < high");
  refuse("no bin", summary(f, 3, no_double, 0, 0, 1, longs, 0, nullptr, nullptr), "bin");
  refuse("bins", summary(f, 3, no_double, -1, 0, 1, nullptr, 0, nullptr, nullptr), "bins");
  refuse("a count", summary(f, -3, no_double, 0, 0, 1, nullptr, 0, nullptr, nullptr), "negative");
  refuse("quantiles", summary(f, 3, no_double, 0, 0, 1, nullptr, -1, nullptr, nullptr), "negative");
  refuse("no values", summary(nullptr, 3, no_double, 0, 0, 1, nullptr, 0, nullptr, nullptr),
         "NULL");
  refuse("a size", summary(f, huge, no_double, 0, 0, 1, nullptr, 0, nullptr, nullptr), "bytes");
  refuse("no levels", summary(f, 3, no_double, 0, 0, 1, nullptr, 1, nullptr, doubles), "levels");
  refuse("no room", summary(f, 3, no_double, 0, 0, 1, nullptr, 1, doubles, nullptr), "room");
  for (double level : {-1e-9, 1.0000001, double{NAN}})
    refuse("a level", summary(f, 3, no_double, 0, 0, 1, nullptr, 1, &level, doubles), "level");
  refuse("values between elements",
         summary(floats_odd, 3, no_double, 0, 0, 1, nullptr, 0, nullptr, nullptr), "must lie");
  refuse("a mean between elements",
         summary(f, 3, doubles_odd, 0, 0, 1, nullptr, 0, nullptr, nullptr), "must lie");
  refuse("a histogram between elements",
         summary(f, 3, no_double, 2, 0, 1, longs_odd, 0, nullptr, nullptr), "must lie");

  struct Search {
    const void *queries, *rows;
    int64_t q = 2, query_stride = 2, m = 3, row_stride = 2, d = 2;
    int32_t type = 0, metric = 0, k = 2;
    const int64_t *excluded = nullptr;
    int64_t *indices;
    float *scores;
    int32_t vote = 0;
    float temperature = 1;
    const void *labels = nullptr;
    int32_t kind = 0, classes = 2;
    float *votes = nullptr;
    int64_t *invalid = nullptr;
  };
  Search plain;
  plain.queries = plain.rows = floats + 32;
  plain.indices = longs;
  plain.scores = floats;
  auto search = [&](const std::function<void(Search &)> &change) {
    Search s = plain;
    change(s);
    return [=] {
      return onelabel_knn(context, s.queries, s.q, s.query_stride, s.rows, s.m, s.row_stride, s.d,
                          s.type, s.metric, s.k, nullptr, s.excluded, s.indices, s.scores, s.vote,
                          s.temperature, s.labels, s.kind, s.classes, s.votes, s.invalid);
    };
  };
  current = "a search";
  check(search([](Search &) {})() == ONELABEL_OK, "is made");
  refuse("a type", search([](Search &s) { s.type = -1; }), "type");
  refuse("a metric", search([](Search &s) { s.metric = 3; }), "metric");
  for (int32_t k : {0, -5, 1025}) refuse("k", search([=](Search &s) { s.k = k; }), "k must");
  refuse("a count", search([](Search &s) { s.q = -1; }), "negative");
  refuse("rows", search([](Search &s) { s.m = -1; }), "negative");
  refuse("a dimension", search([](Search &s) { s.d = -1; }), "negative");
  refuse("too many dimensions", search([=](Search &s) {
           s.q = s.m = 0;
           s.d = s.query_stride = s.row_stride = huge;
         }),
         "dimension must be");
  refuse("a stride", search([](Search &s) { s.query_stride = 1; }), "stride");
  refuse("a stride of rows", search([](Search &s) { s.row_stride = 1; }), "stride");
  refuse("a size", search([=](Search &s) { s.q = huge; }), "queries");
  refuse("a size of rows", search([=](Search &s) { s.m = huge; }), "database");
  refuse("a size of lists", search([=](Search &s) {
           s.q = huge / 4;
           s.d = s.query_stride = s.row_stride = 0;
         }),
         "indices");
  refuse("no queries", search([](Search &s) { s.queries = nullptr; }), "NULL");
  refuse("no rows", search([](Search &s) { s.rows = nullptr; }), "NULL");
  refuse("queries between elements", search([=](Search &s) { s.queries = odd; }), "must lie");
  refuse("rows between elements", search([=](Search &s) { s.rows = odd; }), "must lie");
  refuse("excluded between elements", search([=](Search &s) { s.excluded = longs_odd; }),
         "must lie");
  refuse("indices between elements", search([=](Search &s) { s.indices = longs_odd; }), "must lie");
  refuse("scores between elements", search([=](Search &s) { s.scores = floats_odd; }), "must lie");
  refuse("counts between elements", search([=](Search &s) { s.invalid = longs_odd; }), "must lie");
  auto voting = [&](const std::function<void(Search &)> &change) {
    return search([&](Search &s) {
      s.vote = ONELABEL_SOFTMAX_SCORE;
      s.labels = bytes;
      s.votes = floats + 16;
      change(s);
    });
  };
  check(voting([](Search &) {})() == ONELABEL_OK, "a vote is taken");
  refuse("a vote", voting([](Search &s) { s.vote = 3; }), "vote");
  refuse("no labels", voting([](Search &s) { s.labels = nullptr; }), "labels");
  refuse("no room for votes", voting([](Search &s) { s.votes = nullptr; }), "votes");
  refuse("classes", voting([](Search &s) { s.classes = 0; }), "classes");
  refuse("a kind of labels", voting([](Search &s) { s.kind = 2; }), "label_kind");
  refuse("a positive distance", voting([](Search &s) {
           s.vote = ONELABEL_POSITIVE_SCORE;
           s.metric = ONELABEL_SQUARED_L2;
         }),
         "POSITIVE_SCORE");
  for (float temperature : {0.f, -1.f, kInf, static_cast<float>(NAN)})
    refuse("a temperature", voting([=](Search &s) { s.temperature = temperature; }), "temperature");
  refuse("soft labels between elements", voting([=](Search &s) {
           s.kind = 1;
           s.labels = odd;
         }),
         "labels must lie");
  refuse("votes between elements", voting([=](Search &s) { s.votes = floats_odd; }), "must lie");
  refuse("a size of labels", voting([=](Search &s) {
           s.m = int64_t{1} << 60;
           s.d = s.query_stride = s.row_stride = 0;
           s.classes = 200;
         }),
         "labels");

  current = "ranges of excluded rows";
  int64_t ranges[4] = {INT64_MIN, 1, 2, INT64_MAX}, found[4];
  check(search([&](Search &s) {
          s.excluded = ranges;
          s.indices = found;
          s.k = 2;
        })() == ONELABEL_OK &&
            found[0] == 1 && found[1] == 2 && found[2] == 0 && found[3] == 1,
        "may reach beyond the database");
  int64_t beyond[4] = {100, 200, -5, -1};
  check(search([&](Search &s) {
          s.excluded = beyond;
          s.indices = found;
        })() == ONELABEL_OK &&
            found[0] == 0 && found[2] == 0,
        "or lie beyond it");

  current = "version";
  std::ostringstream version;
  version << ONELABEL_VERSION / 10000 << '.' << ONELABEL_VERSION / 100 % 100 << '.'
          << ONELABEL_VERSION % 100;
  check(onelabel_version() == version.str(), "is the header's");

  current = "contexts";
  onelabel_context *made = context;
  check(onelabel_context_create_for(0, "no such thing", &made) == ONELABEL_UNAVAILABLE && !made,
        "an instruction set that is not there is none");
  check(std::string(onelabel_last_error()).find("no such thing") != std::string::npos, "by name");
  check(onelabel_context_create(0, nullptr) == ONELABEL_INVALID_ARGUMENT, "no place, no context");
  for (int32_t threads : {-1, 1025})
    check(onelabel_context_create(threads, &made) == ONELABEL_INVALID_ARGUMENT && !made,
          "threads are 0 to 1024");
  check(!*onelabel_isa(nullptr) && onelabel_threads(nullptr) == 0, "of no context nothing is said");
  onelabel_context_destroy(nullptr);
  check(
      onelabel_measure_bounds(context, nullptr, nullptr, nullptr) == ONELABEL_OK &&
          onelabel_measure_bounds(nullptr, nullptr, nullptr, nullptr) == ONELABEL_INVALID_ARGUMENT,
      "bounds of nothing");
}

}  // namespace

int main(int argc, char **argv) {
  int rounds = argc > 1 ? std::atoi(argv[1]) : 60;
  bool slow = false;
  for (const std::string &isa : tested_isas()) {
    slow = is_device(isa);
    onelabel_context *context = nullptr;
    if (onelabel_context_create_for(2, isa.c_str(), &context) != ONELABEL_OK) {
      std::fprintf(stderr, "%s\n", onelabel_last_error());
      return 1;
    }
    random_bits.seed(20261128);
    for (int round = 0; round < rounds; round++) {
      cosine(context);
      entropy(context);
      upsample(context);
      knn(context, slow);
      if (!slow && round % 20 == 0) knn_to_the_bit(context);
    }
    votes(context);
    summary(context);
    refusals(context);
    std::printf("%s: %d checks, %d failed\n", onelabel_isa(context), checks, failures);
    onelabel_context_destroy(context);
  }
  return failures ? 1 : 0;
}
