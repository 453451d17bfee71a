// Argmax on a grid of another size: scores are interpolated row by row, the fine scores of all
// classes are never stored.
//
//   label[o] = argmax_c score_c(position of o), lowest class on a tie
#include <algorithm>
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
      Sample sy = sample(y, in_y, out_y, call.mode);
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
        }
      }
      int64_t to = (x * out_y + y) * out_z;
      for (int64_t z = 0; z < out_z; z++) {
        Sample sz = along_z[static_cast<size_t>(z)];
        float best = -kInfinity, second = -kInfinity;
        int label = 0;
        bool valid = true;
        for (int32_t c = 0; c < call.classes; c++) {
          const float *row = rows.data() + c * in_z;
          float score = row[sz.low] + sz.share * (row[sz.high] - row[sz.low]);
          valid = valid && score == score;
          if (score > best) {
            second = best;
            best = score;
            label = c;
          } else if (score > second) {
            second = score;
          }
        }
        call.labels[to + z] = static_cast<uint8_t>(valid ? label : ONELABEL_NO_LABEL);
        if (call.margins) call.margins[to + z] = valid ? best - second : kNaN;
      }
    }
  });
}

}  // namespace ONELABEL_TIER
}  // namespace onelabel
