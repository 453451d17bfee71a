// Random shapes, alignments, strides, types and outputs of every kernel against float64:
//   fuzz_test [CASES [SEED [ISA]]]
// What differs is printed with its number, and the seed that makes it again.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "onelabel.h"

namespace {

std::mt19937_64 random_bits;
int failures = 0;
std::string current;

void check(bool ok, const char *what) {
  if (!ok && failures++ < 20) std::fprintf(stderr, "FAILED: %s: %s\n", current.c_str(), what);
}

int64_t between(int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random_bits);
}

bool one_in(int64_t n) { return between(1, n) == 1; }

// Small sizes, and those around the sizes of registers, panels and tiles.
int64_t size(int64_t most) {
  static const int64_t edges[] = {0,   1,   3,   4,   5,   7,   8,   9,   12,  15,   16,   17,
                                  31,  32,  47,  48,  49,  63,  64,  65,  96,  127,  128,  129,
                                  191, 192, 193, 511, 512, 513, 527, 528, 529, 1023, 1024, 1040};
  int64_t value = one_in(2) ? edges[between(0, sizeof edges / sizeof *edges - 1)]
                            : between(0, one_in(4) ? most : 40);
  return std::min(value, most);
}

// A block of memory that begins anywhere and ends where it ends, for AddressSanitizer to watch.
template <typename Value>
class Memory {
 public:
  explicit Memory(int64_t count) : offset_(static_cast<size_t>(between(0, 17))) {
    values_.resize(static_cast<size_t>(count) + offset_);
  }
  Value *data() { return values_.data() + offset_; }
  Value &operator[](int64_t i) { return values_[offset_ + static_cast<size_t>(i)]; }
  int64_t count() const { return static_cast<int64_t>(values_.size() - offset_); }

 private:
  size_t offset_;
  std::vector<Value> values_;
};

float half_value(uint16_t bits) {
  float sign = bits & 0x8000 ? -1.f : 1.f;
  int exponent = bits >> 10 & 31, fraction = bits & 1023;
  if (exponent == 31) return fraction ? NAN : sign * INFINITY;
  return sign * (exponent ? std::ldexp(1024.f + static_cast<float>(fraction), exponent - 25)
                          : std::ldexp(static_cast<float>(fraction), -24));
}

float bfloat_value(uint16_t bits) {
  uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &wide, 4);
  return value;
}

// Features of any type, and their values.
class Features {
 public:
  Features(int32_t type, int64_t count) : type_(type), floats_(0), shorts_(0) {
    std::normal_distribution<float> normal;
    float scale = std::exp2(static_cast<float>(between(-6, 6)));
    if (type == ONELABEL_FLOAT32) {
      floats_ = Memory<float>(count);
      for (int64_t i = 0; i < count; i++) floats_[i] = normal(random_bits) * scale;
    } else {
      shorts_ = Memory<uint16_t>(count);
      for (int64_t i = 0; i < count; i++) {
        float value = normal(random_bits);
        uint32_t raw;
        std::memcpy(&raw, &value, 4);
        // As float16 the same bits are another number, between 2^-5 and 2^5.
        shorts_[i] = type == ONELABEL_BFLOAT16
                         ? static_cast<uint16_t>(raw >> 16)
                         : static_cast<uint16_t>((raw >> 16 & 0x8000) | between(10, 19) << 10 |
                                                 (raw & 1023));
      }
    }
  }
  const void *data() {
    return type_ == ONELABEL_FLOAT32 ? static_cast<const void *>(floats_.data()) : shorts_.data();
  }
  double at(int64_t i) {
    if (type_ == ONELABEL_FLOAT32) return floats_[i];
    return type_ == ONELABEL_FLOAT16 ? half_value(shorts_[i]) : bfloat_value(shorts_[i]);
  }
  void spoil(int64_t i) {
    if (type_ == ONELABEL_FLOAT32)
      floats_[i] = one_in(2) ? NAN : INFINITY;
    else
      shorts_[i] = 0x7F80 | (type_ == ONELABEL_FLOAT16 ? 0x7C00 : 0);
  }

 private:
  int32_t type_;
  Memory<float> floats_;
  Memory<uint16_t> shorts_;
};

int32_t any_type() { return static_cast<int32_t>(one_in(2) ? 0 : between(1, 2)); }

void cosine(onelabel_context *context) {
  int64_t n = size(1100), d = size(140);
  if (n * d > 40000) n = 40000 / std::max<int64_t>(1, d);
  int32_t classes = static_cast<int32_t>(std::max<int64_t>(1, size(70)));
  int32_t layout = one_in(2) ? ONELABEL_ROWS : ONELABEL_CHANNELS, type = any_type();
  bool rows = layout == ONELABEL_ROWS;
  int64_t stride = (rows ? d : n) + (one_in(2) ? 0 : between(0, 20));
  current += " cosine n " + std::to_string(n) + " d " + std::to_string(d) + " classes " +
             std::to_string(classes) + " layout " + std::to_string(layout) + " type " +
             std::to_string(type) + " stride " + std::to_string(stride);
  Features f(type, rows ? n * stride : d * stride);
  Memory<float> p(classes * d), scores(classes * n), margins(n);
  Memory<uint8_t> labels(n);
  std::normal_distribution<float> normal;
  for (int64_t i = 0; i < p.count(); i++) p[i] = normal(random_bits);
  int64_t spoilt = n > 0 && d > 0 && one_in(3) ? between(0, n - 1) : -1;
  auto index = [&](int64_t i, int64_t j) { return rows ? i * stride + j : j * stride + i; };
  if (spoilt >= 0) f.spoil(index(spoilt, between(0, d - 1)));
  bool with_scores = !one_in(4), with_labels = !one_in(4), with_margins = classes > 1 && one_in(2);
  int64_t invalid = -1;
  check(onelabel_prototype_cosine(context, f.data(), type, layout, n, d, stride, p.data(), classes,
                                  with_scores ? scores.data() : nullptr,
                                  with_labels ? labels.data() : nullptr,
                                  with_margins ? margins.data() : nullptr, &invalid) == ONELABEL_OK,
        onelabel_last_error());
  check(invalid == (spoilt >= 0 ? 1 : 0), "number of vectors that are not finite");
  std::vector<double> lengths(static_cast<size_t>(classes));
  for (int32_t c = 0; c < classes; c++)
    for (int64_t j = 0; j < d; j++)
      lengths[static_cast<size_t>(c)] += double(p[c * d + j]) * double(p[c * d + j]);
  for (int64_t i = 0; i < n; i++) {
    if (i == spoilt) {
      check(!with_labels || labels[i] == ONELABEL_NO_LABEL, "label of a vector not finite");
      check(!with_scores || std::isnan(scores[i]), "score of a vector not finite");
      check(!with_margins || std::isnan(margins[i]), "margin of a vector not finite");
      continue;
    }
    double square = 0, best = -INFINITY, second = -INFINITY, chosen = 0;
    for (int64_t j = 0; j < d; j++) square += f.at(index(i, j)) * f.at(index(i, j));
    for (int32_t c = 0; c < classes; c++) {
      double dot = 0, pp = lengths[static_cast<size_t>(c)];
      for (int64_t j = 0; j < d; j++) dot += f.at(index(i, j)) * double(p[c * d + j]);
      double expected = square > 0 && pp > 0 ? dot / std::sqrt(square * pp) : 0;
      if (with_scores) check(std::fabs(scores[c * n + i] - expected) <= 2e-6, "score");
      if (with_labels && labels[i] == c) chosen = expected;
      second = std::max(second, std::min(best, expected));
      best = std::max(best, expected);
    }
    check(!with_labels || chosen >= best - 2e-6, "label");
    check(!with_margins || std::fabs(margins[i] - (best - second)) <= 4e-6, "margin");
  }
}

void entropy(onelabel_context *context) {
  int64_t passes = between(1, 9), n = size(1100);
  int32_t classes = static_cast<int32_t>(std::max<int64_t>(1, size(one_in(8) ? 255 : 20)));
  if (passes * classes * n > 60000) n = 60000 / (passes * classes);
  int32_t kind = one_in(3) ? ONELABEL_PROBABILITIES : ONELABEL_LOGITS;
  current += " entropy passes " + std::to_string(passes) + " classes " + std::to_string(classes) +
             " n " + std::to_string(n) + " kind " + std::to_string(kind);
  Memory<float> input(passes * classes * n), mean(classes * n), h(n), mi(n);
  Memory<uint8_t> labels(n);
  std::normal_distribution<float> normal;
  float scale = std::exp2(static_cast<float>(between(-3, 7)));
  for (int64_t i = 0; i < input.count(); i++) input[i] = normal(random_bits) * scale;
  auto at = [&](int64_t t, int64_t c, int64_t i) -> float & {
    return input[(t * classes + c) * n + i];
  };
  if (kind == ONELABEL_PROBABILITIES)
    for (int64_t t = 0; t < passes; t++)
      for (int64_t i = 0; i < n; i++) {
        float sum = 0;
        for (int32_t c = 0; c < classes; c++) sum += at(t, c, i) = std::fabs(at(t, c, i));
        for (int32_t c = 0; c < classes; c++) at(t, c, i) /= sum;
      }
  int64_t spoilt = n > 0 && one_in(3) ? between(0, n - 1) : -1;
  if (spoilt >= 0) at(between(0, passes - 1), between(0, classes - 1), spoilt) = NAN;
  bool with_mean = one_in(2), with_h = !one_in(4), with_labels = one_in(2), with_mi = one_in(2);
  int64_t invalid = -1;
  check(onelabel_entropy(context, input.data(), kind, passes, classes, n,
                         with_mean ? mean.data() : nullptr, with_h ? h.data() : nullptr,
                         with_labels ? labels.data() : nullptr, with_mi ? mi.data() : nullptr,
                         &invalid) == ONELABEL_OK,
        onelabel_last_error());
  check(invalid == (spoilt >= 0 ? 1 : 0), "number of voxels that are no number");
  for (int64_t i = 0; i < n; i++) {
    if (i == spoilt) {
      check(!with_h || std::isnan(h[i]), "entropy of NaN");
      check(!with_mi || std::isnan(mi[i]), "information of NaN");
      check(!with_labels || labels[i] == ONELABEL_NO_LABEL, "label of NaN");
      check(!with_mean || std::isnan(mean[i]), "mean of NaN");
      continue;
    }
    std::vector<double> m(static_cast<size_t>(classes));
    double inner = 0;
    for (int64_t t = 0; t < passes; t++) {
      double top = -INFINITY, sum = 0;
      for (int32_t c = 0; c < classes; c++) top = std::max(top, double(at(t, c, i)));
      for (int32_t c = 0; c < classes; c++) sum += std::exp(at(t, c, i) - top);
      for (int32_t c = 0; c < classes; c++) {
        double q = kind == ONELABEL_PROBABILITIES ? at(t, c, i) : std::exp(at(t, c, i) - top) / sum;
        m[static_cast<size_t>(c)] += q / double(passes);
        if (q > 0) inner -= q * std::log(q) / double(passes);
      }
    }
    double expected = 0, best = 0, chosen = 0;
    for (int32_t c = 0; c < classes; c++) {
      double q = m[static_cast<size_t>(c)];
      expected -= q > 0 ? q * std::log(q) : 0;
      best = std::max(best, q);
      if (with_mean) check(std::fabs(mean[c * n + i] - q) <= 1e-6, "mean");
      if (with_labels && labels[i] == c) chosen = q;
    }
    // With hundreds of classes rounding adds up.
    double tolerance = classes <= 16 ? 2e-6 : 2e-6 * std::sqrt(classes / 16.);
    check(!with_h || std::fabs(h[i] - expected) <= tolerance, "entropy");
    check(!with_mi || std::fabs(mi[i] - (expected - inner)) <= 2 * tolerance, "information");
    check(!with_labels || chosen >= best - 1e-6, "label");
  }
}

void knn(onelabel_context *context) {
  int64_t q = size(300), m = size(one_in(10) ? 2600 : 700), d = size(140);
  if (one_in(12)) {  // large enough for the search in leaves
    q = between(256, 300);
    m = between(2048, 2300);
    d = between(1, 24);
  }
  if (q * m * d > 4000000) q = 4000000 / (m * std::max<int64_t>(1, d));
  int32_t k = static_cast<int32_t>(std::max<int64_t>(1, size(one_in(6) ? 300 : 40)));
  int32_t metric = static_cast<int32_t>(between(0, 2)), type = any_type();
  int64_t query_stride = d + (one_in(2) ? 0 : between(0, 9));
  int64_t row_stride = d + (one_in(2) ? 0 : between(0, 9));
  current += " knn q " + std::to_string(q) + " m " + std::to_string(m) + " d " + std::to_string(d) +
             " k " + std::to_string(k) + " metric " + std::to_string(metric) + " type " +
             std::to_string(type);
  Features queries(type, q * query_stride), database(type, m * row_stride);
  int64_t spoilt_query = q > 0 && d > 0 && one_in(3) ? between(0, q - 1) : -1;
  int64_t spoilt_row = m > 0 && d > 0 && one_in(3) ? between(0, m - 1) : -1;
  if (spoilt_query >= 0) queries.spoil(spoilt_query * query_stride);
  if (spoilt_row >= 0) database.spoil(spoilt_row * row_stride);
  Memory<uint8_t> allowed((m + 7) / 8), labels(m);
  Memory<int64_t> excluded(2 * q), indices(q * k);
  Memory<float> scores(q * k);
  int32_t classes = static_cast<int32_t>(between(1, 5));
  Memory<float> votes(q * classes);
  bool with_allowed = one_in(3), with_excluded = one_in(3), with_votes = one_in(3);
  for (int64_t i = 0; i < allowed.count(); i++) allowed[i] = static_cast<uint8_t>(between(0, 255));
  for (int64_t i = 0; i < 2 * q; i++) excluded[i] = between(0, m);
  for (int64_t i = 0; i < m; i++) labels[i] = static_cast<uint8_t>(between(0, 5));
  int64_t invalid[2] = {-1, -1};
  check(onelabel_knn(context, queries.data(), q, query_stride, database.data(), m, row_stride, d,
                     type, metric, k, with_allowed ? allowed.data() : nullptr,
                     with_excluded ? excluded.data() : nullptr, indices.data(), scores.data(),
                     with_votes ? ONELABEL_SOFTMAX_SCORE : ONELABEL_NO_VOTE, 0.5f,
                     with_votes ? labels.data() : nullptr, ONELABEL_HARD_LABELS, classes,
                     with_votes ? votes.data() : nullptr, invalid) == ONELABEL_OK,
        onelabel_last_error());
  check(invalid[0] == (spoilt_query >= 0 ? 1 : 0) && invalid[1] == (spoilt_row >= 0 ? 1 : 0),
        "number of rows that are not finite");
  // All of float64 for some of the queries.
  for (int64_t i = q > 6 ? between(0, q / 6) : 0; i < q; i += std::max<int64_t>(1, q / 6)) {
    if (i == spoilt_query) {
      for (int32_t j = 0; j < k; j++)
        check(indices[i * k + j] == -1 && std::isnan(scores[i * k + j]), "query not finite");
      continue;
    }
    std::vector<double> all;
    std::vector<double> of_row(static_cast<size_t>(m), NAN);
    double qq = 0;
    for (int64_t j = 0; j < d; j++)
      qq += queries.at(i * query_stride + j) * queries.at(i * query_stride + j);
    double longest = 0;
    for (int64_t r = 0; r < m; r++) {
      if (r == spoilt_row || (with_allowed && !(allowed[r / 8] >> (r % 8) & 1)) ||
          (with_excluded && r >= excluded[2 * i] && r < excluded[2 * i + 1]))
        continue;
      double dot = 0, xx = 0, l2 = 0;
      for (int64_t j = 0; j < d; j++) {
        double x = queries.at(i * query_stride + j), y = database.at(r * row_stride + j);
        dot += x * y;
        xx += y * y;
        l2 += (x - y) * (x - y);
      }
      double score = metric == ONELABEL_COSINE ? (qq * xx > 0 ? dot / std::sqrt(qq * xx) : 0)
                     : metric == ONELABEL_INNER_PRODUCT ? dot
                                                        : -l2;
      longest = std::max(longest, xx);
      of_row[static_cast<size_t>(r)] = score;
      all.push_back(score);
    }
    std::sort(all.begin(), all.end(), [](double a, double b) { return a > b; });
    double scale = metric == ONELABEL_COSINE          ? 1
                   : metric == ONELABEL_INNER_PRODUCT ? std::sqrt(qq * longest)
                                                      : qq + longest;
    double tolerance = 2e-6 * std::max(scale, 1e-30);
    std::vector<bool> seen(static_cast<size_t>(m));
    for (int32_t j = 0; j < k; j++) {
      int64_t index = indices[i * k + j];
      double score = metric == ONELABEL_SQUARED_L2 ? -scores[i * k + j] : scores[i * k + j];
      if (j >= static_cast<int64_t>(all.size())) {
        check(index == -1 && std::isnan(score), "missing neighbour");
        continue;
      }
      if (index < 0 || index >= m || seen[static_cast<size_t>(index)]) {
        check(false, "index");
        continue;
      }
      seen[static_cast<size_t>(index)] = true;
      check(std::fabs(score - of_row[static_cast<size_t>(index)]) <= tolerance, "score of a row");
      check(std::fabs(score - all[static_cast<size_t>(j)]) <= tolerance, "score at a rank");
      if (j > 0) {
        float before = scores[i * k + j - 1], now = scores[i * k + j];
        check(metric == ONELABEL_SQUARED_L2 ? before <= now : before >= now, "order");
        check(before != now || indices[i * k + j - 1] < index, "order of a tie");
      }
    }
    if (!with_votes) continue;
    double total = 0, sums[5] = {};
    int64_t found = std::min<int64_t>(k, static_cast<int64_t>(all.size()));
    auto weight = [&](int64_t j) {
      double best = scores[i * k], score = scores[i * k + j];
      return std::exp((metric == ONELABEL_SQUARED_L2 ? best - score : score - best) / 0.5);
    };
    for (int64_t j = 0; j < found; j++) total += weight(j);
    for (int64_t j = 0; j < found; j++)
      if (labels[indices[i * k + j]] < classes)
        sums[labels[indices[i * k + j]]] += weight(j) / total;
    for (int32_t c = 0; c < classes; c++)
      check(std::fabs(votes[i * classes + c] - sums[c]) <= 2e-5, "vote");
  }
}

}  // namespace

int main(int argc, char **argv) {
  int64_t cases = argc > 1 ? std::atoll(argv[1]) : 10000;
  uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20261125;
  onelabel_context *context = nullptr;
  if (onelabel_context_create_for(2, argc > 3 ? argv[3] : nullptr, &context) != ONELABEL_OK) {
    std::fprintf(stderr, "%s\n", onelabel_last_error());
    return 1;
  }
  for (int64_t i = 0; i < cases; i++) {
    random_bits.seed(seed + static_cast<uint64_t>(i));
    current = "seed " + std::to_string(seed + static_cast<uint64_t>(i));
    i % 3 == 0 ? cosine(context) : i % 3 == 1 ? entropy(context) : knn(context);
  }
  std::printf("%s: %lld cases, %d failed\n", onelabel_isa(context), static_cast<long long>(cases),
              failures);
  onelabel_context_destroy(context);
  return failures ? 1 : 0;
}
