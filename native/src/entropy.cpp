// Voxel uncertainty over T passes: mean probability, predictive entropy, label, mutual information.
//
//   p_tc = softmax_c(l_tc);  m_c = mean_t p_tc;  H = -sum_c m_c ln m_c
//   MI = H - mean_t H_t,  H_t = ln s_t - sum_c e_tc d_tc / s_t,  d = l - max, e = exp(d), s = sum e
//
// One pass over the input, a tile of voxels at a time: of each of the T * C streams only a tile's
// part is read in turn, and the running means stay in the cache. Volumes have sizes that put all
// streams, and would put all means, into the same few sets of a cache; so the means lie a little
// more than a tile apart, and every value is loaded once.
#include <algorithm>
#include <atomic>
#include <vector>

#include "aligned.h"
#include "kernels.h"
#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

constexpr int64_t kTile = 512;
// From one class to the next.
constexpr int64_t kPitch = kTile + 16;
constexpr int kMostClasses = 255;
// 1, and what rounding may add.
constexpr float kMostProbability = 1.001f;

// One pass of a tile.
struct Pass {
  const float *input;  // class c of voxel i at c * stride + i
  int64_t stride, padded;
  int64_t ahead;  // from here to what is read next
  int32_t classes;
  bool information;
  float *mean;          // sums so far, class c of voxel i at c * kPitch + i
  float *pass_entropy;  // sums so far
};

inline Floats take(const Pass &pass, int64_t at) {
  __builtin_prefetch(pass.input + at + pass.ahead, 0, 2);
  return load(pass.input + at);
}

inline void add(float *to, Floats v) { store(to, load(to) + v); }

// Adds the softmax to the means and its entropy to pass_entropy. kClasses: 0 for any number.
template <int kClasses>
void add_logits(const Pass &pass) {
  const int32_t classes = kClasses ? kClasses : pass.classes;
  Floats e[kClasses ? kClasses : kMostClasses];
  for (int64_t i = 0; i < pass.padded; i += kLanes) {
    Floats top = e[0] = take(pass, i);
    for (int32_t c = 1; c < classes; c++) {
      e[c] = take(pass, c * pass.stride + i);
      top = larger(e[c], top);
    }
    Floats s = {}, weighted = {};
    for (int32_t c = 0; c < classes; c++) {
      Floats d = e[c] - top;
      e[c] = exponential(d);
      s += e[c];
      // e is 0 far below the top; there d may be -infinity.
      if (pass.information) weighted += e[c] * larger(broadcast(-100.f), d);
    }
    Floats inverse = reciprocal(s);
    for (int32_t c = 0; c < classes; c++) add(pass.mean + c * kPitch + i, e[c] * inverse);
    if (pass.information) add(pass.pass_entropy + i, logarithm(s) - weighted * inverse);
  }
}

// Two classes need one exponential: of minus the distance of the two logits.
void add_two_logits(const Pass &pass) {
  Floats farthest = {};
  for (int64_t i = 0; i < pass.padded; i += kLanes) {
    Floats d = take(pass, pass.stride + i) - take(pass, i);
    Floats below = -magnitude(d);
    farthest = larger(magnitude(d), farthest);
    Floats e = exponential(below);
    Floats large = reciprocal(1.f + e), small = e * large;
    Ints second = d > 0.f;
    add(pass.mean + i, select(second, small, large));
    add(pass.mean + kPitch + i, select(second, large, small));
    if (pass.information)
      add(pass.pass_entropy + i, logarithm(1.f + e) - small * larger(broadcast(-100.f), below));
  }
  if (!bits(farthest == kInfinity)) return;
  // Minus infinity beside a number is a class without a chance; plus infinity is no logit.
  for (int64_t i = 0; i < pass.padded; i += kLanes) {
    Floats top = larger(load(pass.input + i), load(pass.input + pass.stride + i));
    add(pass.mean + i, select(top == kInfinity, broadcast(kNaN), Floats{}));
  }
}

void add_probabilities(const Pass &pass) {
  // As unsigned numbers bits are in the order of the floats, those with a sign above all others.
  Bits most = {};
  for (int32_t c = 0; c < pass.classes; c++)
    for (int64_t i = 0; i < pass.padded; i += kLanes) {
      Floats p = take(pass, c * pass.stride + i);
      most = (Bits)p > most ? (Bits)p : most;
      add(pass.mean + c * kPitch + i, p);
      if (pass.information) add(pass.pass_entropy + i, -x_log_x(p));
    }
  if (!bits(most > (Bits)broadcast(kMostProbability))) return;
  // What is no probability makes its voxel NaN; minus zero is one.
  for (int32_t c = 0; c < pass.classes; c++)
    for (int64_t i = 0; i < pass.padded; i += kLanes) {
      Floats p = load(pass.input + c * pass.stride + i);
      add(pass.mean + i, select((p >= 0.f) & (p <= kMostProbability), Floats{}, broadcast(kNaN)));
    }
}

int64_t finish(const EntropyCall &call, float *mean, const float *pass_entropy, int64_t first,
               int64_t width, int64_t padded) {
  float scale = 1.f / static_cast<float>(call.passes);
  float entropy[kTile], label[kTile], information[kTile];
  uint32_t invalid_lanes = 0;
  for (int64_t i = 0; i < padded; i += kLanes) {
    Floats h = {}, top = broadcast(-kInfinity), winner = {};
    for (int32_t c = 0; c < call.classes; c++) {
      Floats m = load(mean + c * kPitch + i) * scale;
      store(mean + c * kPitch + i, m);
      h -= x_log_x(m);
      Ints better = m > top;
      top = larger(m, top);
      winner = select(better, broadcast(static_cast<float>(c)), winner);
    }
    // Rounding may leave -1e-8 where one class is certain; in this order a NaN stays one.
    h = larger(Floats{}, h);
    store(entropy + i, h);
    store(label + i, winner);
    store(information + i, larger(Floats{}, h - load(pass_entropy + i) * scale));
    invalid_lanes |= bits(h != h);
  }
  int64_t invalid = 0;
  for (int64_t i = 0; i < width && invalid_lanes; i++) {
    if (entropy[i] == entropy[i]) continue;
    invalid++;
    label[i] = ONELABEL_NO_LABEL;
    information[i] = kNaN;
    for (int32_t c = 0; c < call.classes; c++) mean[c * kPitch + i] = kNaN;
  }
  size_t bytes = static_cast<size_t>(width) * 4;
  if (call.labels)
    for (int64_t i = 0; i < width; i++) call.labels[first + i] = static_cast<uint8_t>(label[i]);
  if (call.mutual_information) std::memcpy(call.mutual_information + first, information, bytes);
  if (call.entropy) std::memcpy(call.entropy + first, entropy, bytes);
  if (call.mean)
    for (int32_t c = 0; c < call.classes; c++)
      std::memcpy(call.mean + c * call.voxels + first, mean + c * kPitch, bytes);
  return invalid;
}

int64_t tile(const EntropyCall &call, int64_t first, Aligned<float> &scratch) {
  int64_t width = std::min(kTile, call.voxels - first);
  int64_t padded = (width + kLanes - 1) / kLanes * kLanes;
  std::fill_n(scratch.begin(), (call.classes + 1) * kPitch, 0.f);
  float *pass_entropy = scratch.data() + call.classes * kPitch;
  float *copy = pass_entropy + kPitch;
  int64_t pass_size = call.classes * call.voxels;
  Pass pass = {};
  pass.padded = padded;
  pass.classes = call.classes;
  pass.information = call.mutual_information != nullptr;
  pass.mean = scratch.data();
  pass.pass_entropy = pass_entropy;
  for (int64_t t = 0; t < call.passes; t++) {
    pass.input = call.input + t * pass_size + first;
    pass.stride = call.voxels;
    // The next pass of this tile, and behind the last one the first of the next tile.
    pass.ahead = t + 1 < call.passes ? pass_size : kTile - t * pass_size;
    if (padded != width) {
      for (int32_t c = 0; c < call.classes; c++)
        std::memcpy(copy + c * kTile, pass.input + c * call.voxels, static_cast<size_t>(width) * 4);
      pass.input = copy;
      pass.stride = kTile;
      pass.ahead = 0;
    }
    if (call.kind == ONELABEL_PROBABILITIES)
      add_probabilities(pass);
    else if (call.classes == 2)
      add_two_logits(pass);
    else if (call.classes == 3)
      add_logits<3>(pass);
    else if (call.classes == 4)
      add_logits<4>(pass);
    else
      add_logits<0>(pass);
  }
  return finish(call, pass.mean, pass_entropy, first, width, padded);
}

}  // namespace

void entropy(Parallel &parallel, const EntropyCall &call) {
  constexpr int64_t kTilesPerPart = 16;
  int64_t part_voxels = kTile * kTilesPerPart;
  int64_t parts = (call.voxels + part_voxels - 1) / part_voxels;
  std::atomic<int64_t> invalid{0};
  parallel.run(parts, [&](int64_t part) {
    Aligned<float> scratch(static_cast<size_t>((call.classes + 1) * kPitch + call.classes * kTile));
    int64_t end = std::min(call.voxels, (part + 1) * part_voxels);
    int64_t count = 0;
    for (int64_t first = part * part_voxels; first < end; first += kTile) {
      parallel.cancellation().check();
      count += tile(call, first, scratch);
    }
    invalid += count;
  });
  if (call.invalid) *call.invalid = invalid.load();
}

}  // namespace ONELABEL_TIER
}  // namespace onelabel
