// A candidate for the prototype-cosine kernel: the plain loops, the point to start from. Try it
// with
//   onelabel kernels try native/examples/candidate_cosine.cpp
// The contract is the comment above onelabel_prototype_cosine in onelabel.h.
#include <onelabel.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace {

// Features of any type reach the kernel as they are.
float value(const void *features, int32_t type, int64_t at) {
  if (type == ONELABEL_FLOAT32) return static_cast<const float *>(features)[at];
  if (type == ONELABEL_INT8) return static_cast<const int8_t *>(features)[at];
  uint16_t raw = static_cast<const uint16_t *>(features)[at];
  if (type == ONELABEL_BFLOAT16) {
    uint32_t wide = static_cast<uint32_t>(raw) << 16;
    float result;
    std::memcpy(&result, &wide, sizeof result);
    return result;
  }
  int exponent = raw >> 10 & 31, fraction = raw & 1023;
  float sign = raw & 0x8000 ? -1.f : 1.f;
  if (exponent == 31) return fraction ? NAN : sign * INFINITY;
  return sign * (exponent ? std::ldexp(1024.f + static_cast<float>(fraction), exponent - 25)
                          : std::ldexp(static_cast<float>(fraction), -24));
}

}  // namespace

extern "C" onelabel_status onelabel_prototype_cosine(onelabel_context *, const void *features,
                                                     int32_t type, int32_t layout, int64_t count,
                                                     int64_t dimension, int64_t stride,
                                                     const float *prototypes, int32_t classes,
                                                     float *scores, uint8_t *labels, float *margins,
                                                     int64_t *invalid) {
  std::vector<double> lengths(static_cast<size_t>(classes));
  for (int32_t c = 0; c < classes; c++) {
    for (int64_t d = 0; d < dimension; d++) {
      double p = prototypes[c * dimension + d];
      lengths[static_cast<size_t>(c)] += p * p;
    }
  }
  if (invalid) *invalid = 0;
  for (int64_t n = 0; n < count; n++) {
    double square = 0;
    for (int64_t d = 0; d < dimension; d++) {
      double x = value(features, type, layout == ONELABEL_ROWS ? n * stride + d : d * stride + n);
      square += x * x;
    }
    bool finite = square <= std::numeric_limits<float>::max();
    if (!finite && invalid) ++*invalid;
    double best = -INFINITY, second = -INFINITY;
    int32_t label = 0;
    for (int32_t c = 0; c < classes; c++) {
      double dot = 0;
      for (int64_t d = 0; d < dimension; d++)
        dot += static_cast<double>(value(
                   features, type, layout == ONELABEL_ROWS ? n * stride + d : d * stride + n)) *
               prototypes[c * dimension + d];
      double product = std::sqrt(square) * std::sqrt(lengths[static_cast<size_t>(c)]);
      double score = !finite ? NAN : product > 0 ? dot / product : 0;
      if (scores) scores[c * count + n] = static_cast<float>(score);
      if (score > best) {
        second = best;
        best = score;
        label = c;
      } else if (score > second) {
        second = score;
      }
    }
    if (labels) labels[n] = finite ? static_cast<uint8_t>(label) : ONELABEL_NO_LABEL;
    if (margins) margins[n] = finite ? static_cast<float>(best - second) : NAN;
  }
  return ONELABEL_OK;
}
