// What every kernel means, in float64 and as plainly as it can be said. All tests hold results
// against this.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "onelabel.h"

namespace truth {

// The best of some scores, of equal ones the first, and the one behind it.
struct Ranking {
  int32_t label = 0;
  double best = -INFINITY, second = -INFINITY;
};

inline Ranking rank(const std::vector<double> &scores) {
  Ranking ranking;
  for (size_t c = 0; c < scores.size(); c++) {
    if (scores[c] > ranking.best) {
      ranking.second = ranking.best;
      ranking.best = scores[c];
      ranking.label = static_cast<int32_t>(c);
    } else {
      ranking.second = std::max(ranking.second, scores[c]);
    }
  }
  return ranking;
}

// Of two vectors x(d) and y(d): their product, squared lengths and squared distance.
struct Pair {
  double product = 0, xx = 0, yy = 0, distance = 0;

  template <typename X, typename Y>
  Pair(X x, Y y, int64_t dimension) {
    for (int64_t d = 0; d < dimension; d++) {
      double a = x(d), b = y(d);
      product += a * b;
      xx += a * a;
      yy += b * b;
      distance += (a - b) * (a - b);
    }
  }

  bool finite() const { return std::isfinite(xx) && std::isfinite(yy); }
  double cosine() const { return xx > 0 && yy > 0 ? product / std::sqrt(xx) / std::sqrt(yy) : 0; }

  // More is better.
  double score(int32_t metric) const {
    return metric == ONELABEL_COSINE          ? cosine()
           : metric == ONELABEL_INNER_PRODUCT ? product
                                              : -distance;
  }
};

// Scores of one output voxel of the up-sampled argmax.
struct Sampled {
  std::vector<double> scores;
  // A NaN lies beside the position, where its weight is 0: the score may be NaN or not.
  bool beside_nan = false;
};

inline Sampled sampled(const float *values, int32_t classes, const int64_t *in, const int64_t *out,
                       const int64_t *at, int32_t mode) {
  auto weight = [&](int axis, int64_t i) {
    double scaled = double(at[axis]) * double(in[axis]) / double(out[axis]);
    if (mode == ONELABEL_NEAREST) return double(i) == std::floor(scaled) ? 1. : 0.;
    double position = (double(at[axis]) + 0.5) * double(in[axis]) / double(out[axis]) - 0.5;
    position = std::min(std::max(position, 0.), double(in[axis] - 1));
    return std::max(0., 1 - std::fabs(position - double(i)));
  };
  Sampled result;
  for (int32_t c = 0; c < classes; c++) {
    double sum = 0;
    for (int64_t x = 0; x < in[0]; x++)
      for (int64_t y = 0; y < in[1]; y++)
        for (int64_t z = 0; z < in[2]; z++) {
          double w = weight(0, x) * weight(1, y) * weight(2, z);
          float value = *values++;
          if (w != 0) sum += w * value;
          if (w == 0 && std::isnan(value)) result.beside_nan = true;
        }
    result.scores.push_back(sum);
  }
  return result;
}

// Of one voxel, whose inputs are value(pass, class).
struct Uncertainty {
  std::vector<double> mean;
  double entropy = 0, information = 0;
  bool valid = true;

  template <typename Value>
  Uncertainty(Value value, int64_t passes, int32_t classes, int32_t kind)
      : mean(static_cast<size_t>(classes)) {
    double inner = 0;
    for (int64_t t = 0; t < passes; t++) {
      double top = -INFINITY, sum = 0;
      for (int32_t c = 0; c < classes; c++) {
        valid = valid && !std::isnan(value(t, c));
        top = std::max(top, double(value(t, c)));
      }
      for (int32_t c = 0; c < classes; c++) sum += std::exp(value(t, c) - top);
      for (int32_t c = 0; c < classes; c++) {
        double p = kind == ONELABEL_PROBABILITIES ? value(t, c) : std::exp(value(t, c) - top) / sum;
        mean[static_cast<size_t>(c)] += p / double(passes);
        inner += minus_p_ln_p(p) / double(passes);
      }
    }
    for (double p : mean) entropy += minus_p_ln_p(p);
    information = std::max(0., entropy - inner);
  }

 private:
  static double minus_p_ln_p(double p) { return p > 0 ? -p * std::log(p) : 0; }
};

struct Summary {
  int64_t invalid = 0;
  double mean = NAN;
  std::vector<int64_t> histogram;
  std::vector<double> quantiles;

  Summary(const float *values, int64_t count, int32_t bins, double low, double high,
          const std::vector<double> &levels)
      : histogram(static_cast<size_t>(bins)), quantiles(levels.size(), NAN) {
    std::vector<double> numbers;
    for (int64_t i = 0; i < count; i++)
      if (!std::isnan(values[i])) numbers.push_back(values[i]);
    invalid = count - static_cast<int64_t>(numbers.size());
    if (numbers.empty()) return;
    double sum = 0;
    for (double number : numbers) {
      sum += number;
      if (bins == 0) continue;
      double bin = std::floor((number - low) / (high - low) * bins);
      histogram[static_cast<size_t>(std::min(std::max(bin, 0.), double(bins - 1)))]++;
    }
    mean = sum / double(numbers.size());
    std::sort(numbers.begin(), numbers.end());
    for (size_t i = 0; i < levels.size(); i++) {
      double position = levels[i] * double(numbers.size() - 1);
      size_t rank = static_cast<size_t>(position), next = std::min(rank + 1, numbers.size() - 1);
      quantiles[i] = numbers[rank] + (position - double(rank)) * (numbers[next] - numbers[rank]);
    }
  }
};

// Votes of neighbours with these scores, more is better; neighbour j's share of class c is
// share(j, c).
template <typename Share>
std::vector<double> votes(const std::vector<double> &scores, int32_t vote, double temperature,
                          int32_t classes, Share share) {
  std::vector<double> sums(static_cast<size_t>(classes));
  double total = 0;
  auto softmax = [&](double score) { return std::exp((score - scores[0]) / temperature); };
  for (double score : scores) total += softmax(score);
  for (size_t j = 0; j < scores.size(); j++) {
    double weight =
        vote == ONELABEL_POSITIVE_SCORE ? std::max(0., scores[j]) : softmax(scores[j]) / total;
    for (int32_t c = 0; c < classes; c++) sums[static_cast<size_t>(c)] += weight * share(j, c);
  }
  return sums;
}

}  // namespace truth
