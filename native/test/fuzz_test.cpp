// Random shapes, alignments, strides, types and outputs of every kernel against float64:
//   fuzz_test [CASES [SEED [ISA [knn|halves]]]]
// An empty ISA is the best one. knn: no kernel but this; halves: as hard as can be for a filter
// that multiplies halves. What differs is printed with its number, and the seed that makes it
// again.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "halves.h"
#include "isas.h"
#include "onelabel.h"
#include "rows.h"
#include "truth.h"

namespace {

std::mt19937_64 random_bits;
int failures = 0;
bool all_halves = false;
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

// Features of any type, and their values.
class Features {
 public:
  Features(int32_t type, int64_t count) : type_(type), floats_(0), shorts_(0), bytes_(0) {
    std::normal_distribution<float> normal;
    float scale = std::exp2(static_cast<float>(between(-6, 6)));
    if (type == ONELABEL_FLOAT32) {
      floats_ = Memory<float>(count);
      for (int64_t i = 0; i < count; i++) floats_[i] = normal(random_bits) * scale;
    } else if (type == ONELABEL_INT8) {
      bytes_ = Memory<int8_t>(count);
      for (int64_t i = 0; i < count; i++) bytes_[i] = static_cast<int8_t>(between(-128, 127));
    } else {
      shorts_ = Memory<uint16_t>(count);
      bool subnormal = one_in(8);
      for (int64_t i = 0; i < count; i++) {
        float value = normal(random_bits);
        uint32_t raw;
        std::memcpy(&raw, &value, 4);
        // As float16 the same bits are another number, between 2^-5 and 2^5, or below 2^-14.
        int64_t exponent = subnormal ? 0 : between(10, 19);
        shorts_[i] =
            type == ONELABEL_BFLOAT16
                ? static_cast<uint16_t>(raw >> 16)
                : static_cast<uint16_t>((raw >> 16 & 0x8000) | exponent << 10 | (raw & 1023));
      }
    }
  }
  const void *data() {
    return type_ == ONELABEL_FLOAT32 ? static_cast<const void *>(floats_.data())
           : type_ == ONELABEL_INT8  ? static_cast<const void *>(bytes_.data())
                                     : shorts_.data();
  }
  double at(int64_t i) {
    if (type_ == ONELABEL_FLOAT32) return floats_[i];
    if (type_ == ONELABEL_INT8) return bytes_[i];
    return type_ == ONELABEL_FLOAT16 ? half_value(shorts_[i]) : bfloat_value(shorts_[i]);
  }
  void copy(int64_t from, int64_t to, int64_t dimension) {
    for (int64_t d = 0; d < dimension; d++)
      if (type_ == ONELABEL_FLOAT32)
        floats_[to + d] = floats_[from + d];
      else if (type_ == ONELABEL_INT8)
        bytes_[to + d] = bytes_[from + d];
      else
        shorts_[to + d] = shorts_[from + d];
  }
  void set(int64_t i, float value) { floats_[i] = value; }
  void clear(int64_t i) {
    if (type_ == ONELABEL_FLOAT32)
      floats_[i] = 0;
    else if (type_ == ONELABEL_INT8)
      bytes_[i] = 0;
    else
      shorts_[i] = 0;
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
  Memory<int8_t> bytes_;
};

int32_t any_type() { return static_cast<int32_t>(one_in(2) ? 0 : between(1, 3)); }

void cosine(onelabel_context *context) {
  int64_t n = size(1100), d = size(140);
  if (n * d > 40000) n = 40000 / std::max<int64_t>(1, d);
  int32_t classes = static_cast<int32_t>(std::max<int64_t>(1, size(70)));
  if (one_in(100)) {  // parts of several tiles
    n = between(16385, 18000);
    d = between(1, 3);
    classes = 2;
  }
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
  if (classes > 1 && one_in(4)) {  // two prototypes whose scores tie
    int64_t from = between(0, classes - 1), to = between(0, classes - 1);
    for (int64_t j = 0; j < d; j++) p[to * d + j] = p[from * d + j];
  }
  int64_t spoilt = n > 0 && d > 0 && type != ONELABEL_INT8 && one_in(3) ? between(0, n - 1) : -1;
  int64_t zero = n > 0 && one_in(3) ? between(0, n - 1) : -1;
  auto index = [&](int64_t i, int64_t j) { return rows ? i * stride + j : j * stride + i; };
  for (int64_t j = 0; j < d && zero >= 0; j++) f.clear(index(zero, j));
  if (spoilt >= 0) f.spoil(index(spoilt, between(0, d - 1)));
  bool with_scores = !one_in(4), with_labels = !one_in(4), with_margins = classes > 1 && one_in(2);
  int64_t invalid = -1;
  check(onelabel_prototype_cosine(context, f.data(), type, layout, n, d, stride, p.data(), classes,
                                  with_scores ? scores.data() : nullptr,
                                  with_labels ? labels.data() : nullptr,
                                  with_margins ? margins.data() : nullptr, &invalid) == ONELABEL_OK,
        onelabel_last_error());
  check(invalid == (spoilt >= 0 ? 1 : 0), "number of vectors that are not finite");
  std::vector<double> expected(static_cast<size_t>(classes));
  for (int64_t i = 0; i < n; i++) {
    if (i == spoilt) {
      check(!with_labels || labels[i] == ONELABEL_NO_LABEL, "label of a vector not finite");
      for (int32_t c = 0; c < classes && with_scores; c++)
        check(std::isnan(scores[c * n + i]), "score of a vector not finite");
      check(!with_margins || std::isnan(margins[i]), "margin of a vector not finite");
      continue;
    }
    for (int32_t c = 0; c < classes; c++) {
      double value = truth::Pair([&](int64_t j) { return f.at(index(i, j)); },
                                 [&](int64_t j) { return p[c * d + j]; }, d)
                         .cosine();
      expected[static_cast<size_t>(c)] = value;
      if (with_scores) check(std::fabs(scores[c * n + i] - value) <= 2e-6, "score");
    }
    truth::Ranking ranking = truth::rank(expected);
    if (with_labels && labels[i] >= classes) {
      check(false, "label");
      continue;
    }
    check(!with_labels || expected[labels[i]] >= ranking.best - 2e-6, "label");
    for (int32_t c = 0; with_scores && with_labels && c < labels[i]; c++)
      check(scores[c * n + i] < scores[labels[i] * n + i], "label of a tie");
    check(!with_margins || std::fabs(margins[i] - (ranking.best - ranking.second)) <= 4e-6,
          "margin");
  }
}

void upsample(onelabel_context *context) {
  int64_t in[3], out[3];
  for (int axis = 0; axis < 3; axis++) {
    in[axis] = between(1, 6);
    out[axis] = one_in(20) ? 0 : between(1, one_in(4) ? 30 : 9);
  }
  int32_t classes = static_cast<int32_t>(one_in(20) ? between(7, 40) : between(1, 6));
  int32_t mode = one_in(2) ? ONELABEL_NEAREST : ONELABEL_TRILINEAR;
  int64_t coarse = in[0] * in[1] * in[2], fine = out[0] * out[1] * out[2];
  current += " upsample classes " + std::to_string(classes) + " mode " + std::to_string(mode);
  for (int64_t side : {in[0], in[1], in[2], out[0], out[1], out[2]})
    current += " " + std::to_string(side);
  Memory<float> scores(classes * coarse), margins(fine);
  Memory<uint8_t> labels(fine);
  std::normal_distribution<float> normal;
  for (int64_t i = 0; i < scores.count(); i++) scores[i] = normal(random_bits);
  // A class whose scores are those of an earlier one: it is never chosen.
  int32_t twin = classes > 1 && one_in(2) ? static_cast<int32_t>(between(1, classes - 1)) : -1;
  if (twin > 0)
    std::copy_n(scores.data() + between(0, twin - 1) * coarse, coarse,
                scores.data() + twin * coarse);
  if (one_in(3)) scores[between(0, scores.count() - 1)] = NAN;
  bool with_margins = classes > 1 && !one_in(3);
  check(onelabel_upsample_argmax(context, scores.data(), classes, in[0], in[1], in[2], out[0],
                                 out[1], out[2], mode, labels.data(),
                                 with_margins ? margins.data() : nullptr) == ONELABEL_OK,
        onelabel_last_error());
  for (int64_t i = 0; i < fine; i += std::max<int64_t>(1, fine / 300)) {
    int64_t at[3] = {i / out[2] / out[1], i / out[2] % out[1], i % out[2]};
    truth::Sampled expected = truth::sampled(scores.data(), classes, in, out, at, mode);
    bool nan = false;
    for (double score : expected.scores) nan = nan || std::isnan(score);
    if (expected.beside_nan && !nan && labels[i] == ONELABEL_NO_LABEL) continue;
    if (nan || labels[i] >= classes) {
      check(nan && labels[i] == ONELABEL_NO_LABEL, "label");
      check(!with_margins || (nan && std::isnan(margins[i])), "margin of NaN");
      continue;
    }
    truth::Ranking ranking = truth::rank(expected.scores);
    check(expected.scores[labels[i]] >= ranking.best - 4e-6, "label");
    // Beside a NaN one of the two has a score of its own.
    check(labels[i] != twin || expected.beside_nan, "label of a tie");
    check(!with_margins || std::fabs(margins[i] - (ranking.best - ranking.second)) <= 8e-6,
          "margin");
  }
}

void entropy(onelabel_context *context) {
  int64_t passes = between(1, 9), n = size(1100);
  int32_t classes = static_cast<int32_t>(std::max<int64_t>(1, size(one_in(8) ? 255 : 20)));
  if (passes * classes * n > 60000) n = 60000 / (passes * classes);
  if (one_in(100)) {  // several parts
    n = between(8193, 17000);
    passes = between(1, 2);
    classes = 2;
  }
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
  if (classes > 1 && one_in(4)) {  // two classes that tie
    int64_t from = between(0, classes - 1), to = between(0, classes - 1);
    for (int64_t t = 0; t < passes; t++)
      for (int64_t i = 0; i < n; i++) at(t, to, i) = at(t, from, i);
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
      for (int32_t c = 0; c < classes && with_mean; c++)
        check(std::isnan(mean[c * n + i]), "mean of NaN");
      continue;
    }
    truth::Uncertainty expected([&](int64_t t, int32_t c) { return at(t, c, i); }, passes, classes,
                                kind);
    for (int32_t c = 0; c < classes && with_mean; c++)
      check(std::fabs(mean[c * n + i] - expected.mean[static_cast<size_t>(c)]) <= 1e-6, "mean");
    // With hundreds of classes rounding adds up.
    double tolerance = classes <= 16 ? 2e-6 : 2e-6 * std::sqrt(classes / 16.);
    check(!with_h || std::fabs(h[i] - expected.entropy) <= tolerance, "entropy");
    check(!with_mi || (mi[i] >= 0 && std::fabs(mi[i] - expected.information) <= 2 * tolerance),
          "information");
    if (!with_labels) continue;
    if (labels[i] >= classes) {
      check(false, "label");
      continue;
    }
    check(expected.mean[labels[i]] >= truth::rank(expected.mean).best - 1e-6, "label");
    for (int32_t c = 0; with_mean && c < labels[i]; c++)
      check(mean[c * n + i] < mean[labels[i] * n + i], "label of a tie");
  }
}

void summary(onelabel_context *context) {
  int64_t count = one_in(20) ? between(1000, 5000) : size(300);
  current += " summary count " + std::to_string(count);
  Memory<float> values(count);
  std::normal_distribution<float> normal;
  float scale = std::exp2(static_cast<float>(between(-20, 20)));
  int64_t nans = one_in(8) ? 1 : between(2, 40);  // of so many one is NaN
  bool ties = one_in(3);
  for (int64_t i = 0; i < count; i++) {
    values[i] = ties ? std::round(normal(random_bits)) : normal(random_bits) * scale;
    if (one_in(nans)) values[i] = one_in(2) ? NAN : -NAN;  // as a processor makes it
  }
  int32_t bins = static_cast<int32_t>(one_in(3) ? 0 : between(1, 40));
  double low = scale * std::uniform_real_distribution<double>(-2, 1)(random_bits);
  double high = low + scale * std::uniform_real_distribution<double>(0.1, 3)(random_bits);
  std::vector<double> levels(static_cast<size_t>(between(0, 4)));
  for (double &level : levels)
    level =
        one_in(3) ? double(between(0, 1)) : std::uniform_real_distribution<double>()(random_bits);
  Memory<int64_t> histogram(bins);
  Memory<double> quantiles(static_cast<int64_t>(levels.size()));
  bool with_mean = !one_in(4), with_invalid = !one_in(4);
  double mean = -1;
  int64_t invalid = -1;
  check(onelabel_summary(context, values.data(), count, with_mean ? &mean : nullptr, bins, low,
                         high, bins ? histogram.data() : nullptr,
                         static_cast<int32_t>(levels.size()), levels.data(), quantiles.data(),
                         with_invalid ? &invalid : nullptr) == ONELABEL_OK,
        onelabel_last_error());
  truth::Summary expected(values.data(), count, bins, low, high, levels);
  auto close = [](double found, double wanted) {
    return std::isnan(wanted) ? std::isnan(found)
                              : std::fabs(found - wanted) <= 1e-12 * (1 + std::fabs(wanted));
  };
  check(!with_mean || close(mean, expected.mean), "mean");
  check(!with_invalid || invalid == expected.invalid, "number of NaN");
  for (int32_t b = 0; b < bins; b++)
    check(histogram[b] == expected.histogram[static_cast<size_t>(b)], "histogram");
  for (size_t l = 0; l < levels.size(); l++)
    check(close(quantiles[static_cast<int64_t>(l)], expected.quantiles[l]), "quantile");
}

void knn(onelabel_context *context) {
  int64_t q = size(300), m = size(one_in(10) ? 2600 : 700), d = size(140);
  int32_t metric = static_cast<int32_t>(between(0, 2)), type = any_type();
  // As hard as can be for a filter that rounds, and for one by boxes.
  int kind = one_in(5)    ? static_cast<int>(between(kHalfAtWorst, kLargestSums))
             : one_in(20) ? kBetweenClumps
                          : -1;
  if (all_halves) kind = kHalfAtWorst;
  bool hard = kind >= 0;
  int64_t largest = 4000000;
  if (one_in(24) || kind == kBetweenClumps) {  // large enough for the search in leaves
    q = between(1024, 1100);
    m = between(2048, 2300);
    d = between(1, 24);
    largest = 60000000;
  }
  int32_t k = static_cast<int32_t>(std::max<int64_t>(1, size(one_in(6) ? 300 : 40)));
  if (hard) {
    type = ONELABEL_FLOAT32;
    k = static_cast<int32_t>(between(1, 12));
  }
  if (kind == kBetweenClumps) {
    metric = ONELABEL_SQUARED_L2;
    d = between(1, 3);
  }
  if (hard_to_filter(kind)) {
    // Few neighbours of many rows: for more a filter does not pay.
    m = 4 * between(160, 350);
    q = between(5, 60);
    k = static_cast<int32_t>(between(1, 3));
    d = one_in(2) ? between(66, 100) : between(256, 270);
  }
  if (q * m * d > largest) q = largest / (m * std::max<int64_t>(1, d));
  if (!hard && one_in(40)) {
    q = between(1, 4);
    m = between(600, 1500);
    k = static_cast<int32_t>(between(400, 1024));
  }
  int64_t query_stride = d + (one_in(2) ? 0 : between(0, 9));
  int64_t row_stride = d + (one_in(2) ? 0 : between(0, 9));
  current += " knn q " + std::to_string(q) + " m " + std::to_string(m) + " d " + std::to_string(d) +
             " k " + std::to_string(k) + " metric " + std::to_string(metric) + " type " +
             std::to_string(type) + (hard ? " hard" : "");
  Features queries(type, q * query_stride), database(type, m * row_stride);
  if (hard) {
    HardRows rows = hard_rows(random_bits, kind, q, m, d);
    for (int64_t i = 0; i < q * d; i++)
      queries.set(i / d * query_stride + i % d, rows.queries[static_cast<size_t>(i)]);
    for (int64_t i = 0; i < m * d; i++)
      database.set(i / d * row_stride + i % d, rows.database[static_cast<size_t>(i)]);
  }
  // Copies of rows, whose scores tie; the row each is a copy of.
  std::vector<int64_t> twin(static_cast<size_t>(m));
  for (int64_t r = 0; r < m; r++) twin[static_cast<size_t>(r)] = r;
  for (int64_t copies = one_in(2) && !hard ? m / 8 : 0; copies > 0; copies--) {
    int64_t from = between(0, m - 1), to = between(0, m - 1);
    if (from == to || twin[static_cast<size_t>(from)] != from) continue;
    if (std::count(twin.begin(), twin.end(), to) > 1) continue;
    database.copy(from * row_stride, to * row_stride, d);
    twin[static_cast<size_t>(to)] = from;
  }
  bool has_nan = type != ONELABEL_INT8;
  int64_t spoilt_query = q > 0 && d > 0 && has_nan && one_in(3) ? between(0, q - 1) : -1;
  int64_t spoilt_row =
      m > 0 && d > 0 && has_nan && !hard_to_filter(kind) && one_in(3) ? between(0, m - 1) : -1;
  int64_t zero_query = q > 0 && one_in(3) ? between(0, q - 1) : -1;
  for (int64_t j = 0; j < d && zero_query >= 0; j++) queries.clear(zero_query * query_stride + j);
  if (spoilt_query >= 0) queries.spoil(spoilt_query * query_stride);
  if (spoilt_row >= 0) database.spoil(spoilt_row * row_stride);
  Memory<uint8_t> allowed((m + 7) / 8), labels(m);
  Memory<int64_t> excluded(2 * q), indices(q * k);
  Memory<float> scores(q * k);
  int32_t classes = static_cast<int32_t>(one_in(10) ? between(100, 255) : between(1, 5));
  bool with_allowed = one_in(3), with_excluded = one_in(3), with_votes = one_in(2);
  bool soft = one_in(2);
  int32_t vote =
      metric == ONELABEL_SQUARED_L2 || one_in(2) ? ONELABEL_SOFTMAX_SCORE : ONELABEL_POSITIVE_SCORE;
  float temperature = std::exp2(static_cast<float>(between(-2, 3)));
  Memory<float> votes(q * classes), shares(with_votes && soft ? m * classes : 0);
  for (int64_t i = 0; i < allowed.count(); i++) allowed[i] = static_cast<uint8_t>(between(0, 255));
  for (int64_t i = 0; i < 2 * q; i++) excluded[i] = between(0, m);
  for (int64_t i = 0; i < m; i++)
    labels[i] = static_cast<uint8_t>(one_in(9) ? between(0, 255) : between(0, classes - 1));
  std::uniform_real_distribution<float> share;
  for (int64_t i = 0; i < shares.count(); i++) shares[i] = share(random_bits);
  int64_t invalid[2] = {-1, -1};
  check(onelabel_knn(context, queries.data(), q, query_stride, database.data(), m, row_stride, d,
                     type, metric, k, with_allowed ? allowed.data() : nullptr,
                     with_excluded ? excluded.data() : nullptr, indices.data(), scores.data(),
                     with_votes ? vote : ONELABEL_NO_VOTE, temperature,
                     !with_votes ? nullptr
                     : soft      ? static_cast<const void *>(shares.data())
                                 : labels.data(),
                     soft ? ONELABEL_SOFT_LABELS : ONELABEL_HARD_LABELS, classes,
                     with_votes ? votes.data() : nullptr, invalid) == ONELABEL_OK,
        onelabel_last_error());
  check(invalid[0] == (spoilt_query >= 0 ? 1 : 0) && invalid[1] == (spoilt_row >= 0 ? 1 : 0),
        "number of rows that are not finite");
  // All of float64 for some of the queries, the odd ones among them.
  int64_t step = kind == kBetweenClumps ? 1 : std::max<int64_t>(1, q / 6);
  int64_t first = step > 1 ? between(0, step) : 0;
  for (int64_t i = 0; i < q; i++) {
    if (i != spoilt_query && i != zero_query && (i < first || (i - first) % step != 0)) continue;
    if (i == spoilt_query) {
      for (int32_t j = 0; j < k; j++)
        check(indices[i * k + j] == -1 && std::isnan(scores[i * k + j]), "query not finite");
      for (int32_t c = 0; c < classes && with_votes; c++)
        check(std::isnan(votes[i * classes + c]), "votes of a query not finite");
      continue;
    }
    std::vector<double> all, of_row(static_cast<size_t>(m), NAN);
    double square = 0, longest = 0;
    for (int64_t r = 0; r < m; r++) {
      if (r == spoilt_row || (with_allowed && !(allowed[r / 8] >> (r % 8) & 1)) ||
          (with_excluded && r >= excluded[2 * i] && r < excluded[2 * i + 1]))
        continue;
      truth::Pair pair([&](int64_t j) { return queries.at(i * query_stride + j); },
                       [&](int64_t j) { return database.at(r * row_stride + j); }, d);
      square = pair.xx;
      longest = std::max(longest, pair.yy);
      of_row[static_cast<size_t>(r)] = pair.score(metric);
      all.push_back(pair.score(metric));
    }
    std::sort(all.begin(), all.end(), [](double a, double b) { return a > b; });
    double scale = metric == ONELABEL_COSINE          ? 1
                   : metric == ONELABEL_INNER_PRODUCT ? std::sqrt(square * longest)
                                                      : square + longest;
    double tolerance = 2e-6 * std::max(scale, 1e-30);
    std::vector<bool> seen(static_cast<size_t>(m));
    std::vector<double> found;
    for (int32_t j = 0; j < k; j++) {
      int64_t index = indices[i * k + j];
      double score = metric == ONELABEL_SQUARED_L2 ? -scores[i * k + j] : scores[i * k + j];
      if (j >= static_cast<int64_t>(all.size())) {
        check(index == -1 && std::isnan(score), "missing neighbour");
        continue;
      }
      if (index < 0 || index >= m || seen[static_cast<size_t>(index)]) {
        check(false, "index");
        break;
      }
      seen[static_cast<size_t>(index)] = true;
      found.push_back(score);
      check(std::fabs(score - of_row[static_cast<size_t>(index)]) <= tolerance, "score of a row");
      check(std::fabs(score - all[static_cast<size_t>(j)]) <= tolerance, "score at a rank");
      if (j > 0) {
        float before = scores[i * k + j - 1], now = scores[i * k + j];
        check(metric == ONELABEL_SQUARED_L2 ? before <= now : before >= now, "order");
        check(before != now || indices[i * k + j - 1] < index, "order of a tie");
      }
    }
    // Of rows that are the same the first are taken.
    std::vector<bool> left_out(static_cast<size_t>(m));
    for (int64_t r = 0; r < m; r++) {
      size_t group = static_cast<size_t>(twin[static_cast<size_t>(r)]);
      if (seen[static_cast<size_t>(r)])
        check(!left_out[group], "first of a tie");
      else if (!std::isnan(of_row[static_cast<size_t>(r)]))
        left_out[group] = true;
    }
    if (!with_votes || found.size() != std::min(all.size(), static_cast<size_t>(k))) continue;
    std::vector<double> expected =
        truth::votes(found, vote, temperature, classes, [&](size_t j, int32_t c) -> double {
          int64_t index = indices[i * k + static_cast<int64_t>(j)];
          return soft ? shares[index * classes + c] : labels[index] == c;
        });
    for (int32_t c = 0; c < classes; c++) {
      double wanted = expected[static_cast<size_t>(c)];
      check(std::fabs(votes[i * classes + c] - wanted) <= 2e-5 * std::max(1., wanted), "vote");
    }
  }
}

}  // namespace

int main(int argc, char **argv) {
  int64_t cases = argc > 1 ? std::atoll(argv[1]) : 10000;
  uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20261125;
  onelabel_context *context = nullptr;
  const char *isa = argc > 3 && *argv[3] ? argv[3] : nullptr;
  if (onelabel_context_create_for(2, isa, &context) != ONELABEL_OK) {
    std::fprintf(stderr, "%s\n", onelabel_last_error());
    return 1;
  }
  const std::string alone = argc > 4 ? argv[4] : "";
  all_halves = alone == "halves";
  bool knn_alone = all_halves || alone == "knn";
  if (is_missing_here()) {
    onelabel_context_destroy(context);
    return kSkipped;
  }
  for (int64_t i = 0; i < cases; i++) {
    random_bits.seed(seed + static_cast<uint64_t>(i));
    current = "seed " + std::to_string(seed + static_cast<uint64_t>(i));
    void (*const kernels[])(onelabel_context *) = {cosine, entropy, knn, upsample,
                                                   cosine, entropy, knn, summary};
    kernels[knn_alone ? 2 : i % 8](context);
  }
  std::printf("%s: %lld cases, %d failed\n", onelabel_isa(context), static_cast<long long>(cases),
              failures);
  onelabel_context_destroy(context);
  return failures ? 1 : 0;
}
