// Argmax on a grid of another size: scores are interpolated row by row, the fine scores of all
// classes are never stored.
//
//   label[o] = argmax_c score_c(position of o), lowest class on a tie
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels.h"
#include "simd.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// The two source samples of an output sample and the share of the second.
struct Sample {
  int64_t low, high;
  float share;
};

Sample sample(int64_t i, int64_t in, int64_t out, int32_t mode) {
  if (mode == ONELABEL_NEAREST) {
    int64_t at =
        std::min<int64_t>(static_cast<int64_t>(static_cast<double>(i) * static_cast<double>(in) /
                                               static_cast<double>(out)),
                          in - 1);
    return {at, at, 0};
  }
  double position =
      (static_cast<double>(i) + 0.5) * static_cast<double>(in) / static_cast<double>(out) - 0.5;
  position = std::clamp(position, 0.0, static_cast<double>(in - 1));
  int64_t low = static_cast<int64_t>(position);
  return {low, std::min(low + 1, in - 1), static_cast<float>(position - static_cast<double>(low))};
}

// The sum of both samples with weights 1 - share and share, for what a + share (b - a) cannot do:
// a sample of weight 0 does not count, an infinity stays one, two opposite ones are not a number,
// and nothing finite overflows.
float between(float a, float b, float share) {
  if (share == 0.f) return a;
  if (share == 1.f) return b;
  return static_cast<float>((1. - share) * a + static_cast<double>(share) * b);
}

// Between numbers up to this nothing overflows.
constexpr float kFar = 0x1p126f;

// Labels and margins of a row of outputs, from a row of scores for each class. kNear: all of them
// are numbers up to kFar.
template <bool kNear>
void label_row(const UpsampleCall &call, const std::vector<Sample> &along_z, const float *rows,
               int64_t to) {
  int64_t in_z = call.in[2];
  for (int64_t z = 0; z < call.out[2]; z++) {
    Sample sz = along_z[static_cast<size_t>(z)];
    float best = -kInfinity, second = -kInfinity;
    int label = 0;
    bool valid = true;
    for (int32_t c = 0; c < call.classes; c++) {
      const float *row = rows + c * in_z;
      float score = row[sz.low] + sz.share * (row[sz.high] - row[sz.low]);
      if (!kNear && !(std::fabs(score) <= kMost)) {
        score = between(row[sz.low], row[sz.high], sz.share);
        valid = valid && score == score;
      }
      if (score > best) {
        second = best;
        best = score;
        label = c;
      } else if (score > second) {
        second = score;
      }
    }
    call.labels[to + z] = static_cast<uint8_t>(valid ? label : ONELABEL_NO_LABEL);
    // Two equal infinities do not differ.
    if (call.margins)
      call.margins[to + z] = !valid ? kNaN : !kNear && best == second ? 0 : best - second;
  }
}

}  // namespace

void upsample(Parallel &parallel, const UpsampleCall &call) {
  int64_t in_y = call.in[1], in_z = call.in[2], out_y = call.out[1], out_z = call.out[2];
  int64_t plane = call.in[0] * in_y * in_z;
  std::vector<Sample> along_z(static_cast<size_t>(out_z));
  for (int64_t z = 0; z < out_z; z++)
    along_z[static_cast<size_t>(z)] = sample(z, in_z, out_z, call.mode);
  parallel.run(call.out[0], [&](int64_t x) {
    std::vector<float> rows(static_cast<size_t>(call.classes * in_z));
    Sample sx = sample(x, call.in[0], call.out[0], call.mode);
    for (int64_t y = 0; y < out_y; y++) {
      parallel.cancellation().check();
      Sample sy = sample(y, in_y, out_y, call.mode);
      int32_t far = 0;
      for (int32_t c = 0; c < call.classes; c++) {
        const float *s = call.scores + c * plane;
        const float *ll = s + (sx.low * in_y + sy.low) * in_z;
        const float *lh = s + (sx.low * in_y + sy.high) * in_z;
        const float *hl = s + (sx.high * in_y + sy.low) * in_z;
        const float *hh = s + (sx.high * in_y + sy.high) * in_z;
        float *row = rows.data() + c * in_z;
        for (int64_t z = 0; z < in_z; z++) {
          float low = ll[z] + sy.share * (lh[z] - ll[z]);
          float high = hl[z] + sy.share * (hh[z] - hl[z]);
          row[z] = low + sx.share * (high - low);
          far |= std::fabs(row[z]) <= kFar ? 0 : 1;
        }
        for (int64_t z = 0; z < in_z && far; z++)
          if (!(std::fabs(row[z]) <= kMost))
            row[z] =
                between(between(ll[z], lh[z], sy.share), between(hl[z], hh[z], sy.share), sx.share);
      }
      (far ? label_row<false> : label_row<true>)(call, along_z, rows.data(),
                                                 (x * out_y + y) * out_z);
    }
  });
}

}  // namespace ONELABEL_TIER
}  // namespace onelabel
