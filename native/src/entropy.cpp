// Voxel uncertainty over T passes: mean probability, predictive entropy, label, mutual information.
//
//   p_tc = softmax_c(l_tc);  m_c = mean_t p_tc;  H = -sum_c m_c ln m_c
//   MI = H - mean_t H_t,  H_t = ln s_t - sum_c e_tc d_tc / s_t,  d = l - max, e = exp(d), s = sum e
//
// One pass over the input. A tile of 512 voxels keeps its running means in cache; the T * C channel
// streams are read tile by tile, because streams whose distance is a multiple of the page size
// would otherwise all fall into the same cache set.
#include <algorithm>
#include <atomic>
#include <vector>

#include "kernels.h"
#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

constexpr int64_t kTile = 512;
constexpr int kMostClassesInRegisters = 256;

// Adds the softmax of one pass to mean (classes x kTile) and its entropy to pass_entropy.
void add_logits(const float *input, int64_t voxels, int32_t classes, int64_t padded, float *mean,
                float *pass_entropy, bool information) {
  Floats e[kMostClassesInRegisters];
  for (int64_t i = 0; i < padded; i += kLanes) {
    Floats top = load(input + i);
    for (int32_t c = 1; c < classes; c++) {
      Floats l = load(input + c * voxels + i);
      top = select(l > top, l, top);
    }
    Floats s = {}, weighted = {};
    for (int32_t c = 0; c < classes; c++) {
      Floats d = load(input + c * voxels + i) - top;
      e[c] = exponential(d);
      s += e[c];
      // e is 0 far below the top; there d may be -infinity.
      if (information) weighted += e[c] * select(d < -100.f, broadcast(-100.f), d);
    }
    Floats inverse = 1.f / s;
    for (int32_t c = 0; c < classes; c++)
      store(mean + c * kTile + i, load(mean + c * kTile + i) + e[c] * inverse);
    if (information)
      store(pass_entropy + i, load(pass_entropy + i) + logarithm(s) - weighted * inverse);
  }
}

// Two classes need one exponential: of minus the distance of the two logits.
void add_two_logits(const float *input, int64_t voxels, int64_t padded, float *mean,
                    float *pass_entropy, bool information) {
  for (int64_t i = 0; i < padded; i += kLanes) {
    Floats d = load(input + voxels + i) - load(input + i);
    // Two equal infinities have no difference, yet the same chance only if the input is a number.
    Floats below = select(d > 0.f, -d, d);
    Floats e = exponential(below);
    Floats inverse = 1.f / (1.f + e);
    Floats large = inverse, small = e * inverse;
    Ints second = d > 0.f;
    store(mean + i, load(mean + i) + select(second, small, large));
    store(mean + kTile + i, load(mean + kTile + i) + select(second, large, small));
    if (information) {
      Floats bounded = select(below < -100.f, broadcast(-100.f), below);
      store(pass_entropy + i, load(pass_entropy + i) + logarithm(1.f + e) - small * bounded);
    }
  }
}

void add_probabilities(const float *input, int64_t voxels, int32_t classes, int64_t padded,
                       float *mean, float *pass_entropy, bool information) {
  for (int32_t c = 0; c < classes; c++) {
    for (int64_t i = 0; i < padded; i += kLanes) {
      Floats p = load(input + c * voxels + i);
      store(mean + c * kTile + i, load(mean + c * kTile + i) + p);
      if (information) store(pass_entropy + i, load(pass_entropy + i) - x_log_x(p));
    }
  }
}

int64_t finish(const EntropyCall &call, float *mean, const float *pass_entropy, int64_t first,
               int64_t width, int64_t padded) {
  float scale = 1.f / static_cast<float>(call.passes);
  float entropy[kTile], best[kTile], label[kTile];
  for (int64_t i = 0; i < padded; i += kLanes) {
    Floats h = {}, top = broadcast(-kInfinity), winner = {};
    for (int32_t c = 0; c < call.classes; c++) {
      Floats m = load(mean + c * kTile + i) * scale;
      store(mean + c * kTile + i, m);
      h -= x_log_x(m);
      Ints better = m > top;
      top = select(better, m, top);
      winner = select(better, broadcast(static_cast<float>(c)), winner);
    }
    // Rounding may leave -1e-8 where one class is certain.
    store(entropy + i, select(h < 0.f, Floats{}, h));
    store(best + i, top);
    store(label + i, winner);
  }
  int64_t invalid = 0;
  for (int64_t i = 0; i < width; i++) {
    bool valid = entropy[i] == entropy[i];
    invalid += valid ? 0 : 1;
    if (!valid)
      for (int32_t c = 0; c < call.classes; c++) mean[c * kTile + i] = kNaN;
    if (call.labels)
      call.labels[first + i] =
          valid ? static_cast<uint8_t>(label[i]) : static_cast<uint8_t>(ONELABEL_NO_LABEL);
    if (call.mutual_information) {
      float information = entropy[i] - pass_entropy[i] * scale;
      call.mutual_information[first + i] = information < 0 ? 0 : information;
    }
  }
  size_t bytes = static_cast<size_t>(width) * 4;
  if (call.entropy) std::memcpy(call.entropy + first, entropy, bytes);
  if (call.mean)
    for (int32_t c = 0; c < call.classes; c++)
      std::memcpy(call.mean + c * call.voxels + first, mean + c * kTile, bytes);
  return invalid;
}

int64_t tile(const EntropyCall &call, int64_t first, std::vector<float> &scratch) {
  int64_t width = std::min(kTile, call.voxels - first);
  int64_t padded = (width + kLanes - 1) / kLanes * kLanes;
  size_t planes = static_cast<size_t>(call.classes);
  std::fill(scratch.begin(), scratch.end(), 0.f);
  float *mean = scratch.data();
  float *pass_entropy = mean + planes * kTile;
  float *copy = pass_entropy + kTile;
  bool information = call.mutual_information != nullptr;
  for (int64_t t = 0; t < call.passes; t++) {
    const float *input = call.input + t * call.classes * call.voxels + first;
    int64_t stride = call.voxels;
    if (padded != width) {
      for (int32_t c = 0; c < call.classes; c++)
        std::memcpy(copy + c * kTile, input + c * call.voxels, static_cast<size_t>(width) * 4);
      input = copy;
      stride = kTile;
    }
    if (call.kind == ONELABEL_PROBABILITIES)
      add_probabilities(input, stride, call.classes, padded, mean, pass_entropy, information);
    else if (call.classes == 2)
      add_two_logits(input, stride, padded, mean, pass_entropy, information);
    else
      add_logits(input, stride, call.classes, padded, mean, pass_entropy, information);
  }
  return finish(call, mean, pass_entropy, first, width, padded);
}

}  // namespace

void entropy(Parallel &parallel, const EntropyCall &call) {
  constexpr int64_t kTilesPerPart = 16;
  int64_t part_voxels = kTile * kTilesPerPart;
  int64_t parts = (call.voxels + part_voxels - 1) / part_voxels;
  std::atomic<int64_t> invalid{0};
  parallel.run(parts, [&](int64_t part) {
    std::vector<float> scratch(static_cast<size_t>((2 * call.classes + 1) * kTile));
    int64_t end = std::min(call.voxels, (part + 1) * part_voxels);
    int64_t count = 0;
    for (int64_t first = part * part_voxels; first < end; first += kTile)
      count += tile(call, first, scratch);
    invalid += count;
  });
  if (call.invalid) *call.invalid = invalid.load();
}

}  // namespace ONELABEL_TIER
}  // namespace onelabel
