// Argmax on a grid of another size: a thread an output voxel, the fine scores are never stored.
#include <algorithm>

#include "kernels.h"

namespace onelabel {
namespace cuda {
namespace {

// The source sample below output sample `i` along an axis, and the share of the one above.
__device__ __forceinline__ int64_t sample(int64_t i, int64_t in, int64_t out, bool linear,
                                          float &share) {
  share = 0;
  if (!linear) {
    int64_t at = static_cast<int64_t>(static_cast<double>(i) * static_cast<double>(in) /
                                      static_cast<double>(out));
    return at < in ? at : in - 1;
  }
  double position =
      (static_cast<double>(i) + 0.5) * static_cast<double>(in) / static_cast<double>(out) - 0.5;
  position = fmin(fmax(position, 0.0), static_cast<double>(in - 1));
  int64_t low = static_cast<int64_t>(position);
  share = static_cast<float>(position - static_cast<double>(low));
  return low;
}

// The sum of both samples with weights 1 - share and share, for what a + share (b - a) cannot do: a
// sample of weight 0 does not count, an infinity stays one, two opposite ones are not a number, and
// nothing finite overflows.
__device__ __forceinline__ float between(float a, float b, float share) {
  if (share == 0) return a;
  if (share == 1) return b;
  return static_cast<float>((1. - share) * a + static_cast<double>(share) * b);
}

__global__ void __launch_bounds__(256) upsample_kernel(UpsampleCall w) {
  bool linear = w.mode == ONELABEL_TRILINEAR;
  int64_t index = static_cast<int64_t>(blockIdx.x) * 256 + threadIdx.x;
  if (index >= w.out[0] * w.out[1] * w.out[2]) return;
  float share[3];
  int64_t z = sample(index % w.out[2], w.in[2], w.out[2], linear, share[2]);
  int64_t y = sample(index / w.out[2] % w.out[1], w.in[1], w.out[1], linear, share[1]);
  int64_t x = sample(index / w.out[2] / w.out[1], w.in[0], w.out[0], linear, share[0]);
  int64_t step_z = z + 1 < w.in[2], step_y = y + 1 < w.in[1] ? w.in[2] : 0;
  int64_t step_x = x + 1 < w.in[0] ? w.in[1] * w.in[2] : 0;
  const float *corner = w.scores + (x * w.in[1] + y) * w.in[2] + z;
  float best = -kInfinity, second = -kInfinity;
  int label = 0;
  bool valid = true;
  for (int c = 0; c < w.classes; c++, corner += w.in[0] * w.in[1] * w.in[2]) {
    // First along y, then x, then z, as on the CPU.
    auto along_y = [&](const float *at) { return at[0] + share[1] * (at[step_y] - at[0]); };
    auto along_x = [&](const float *at) {
      float low = along_y(at);
      return low + share[0] * (along_y(at + step_x) - low);
    };
    float low = along_x(corner);
    float score = low + share[2] * (along_x(corner + step_z) - low);
    if (!finite(score)) {
      auto carefully = [&](const float *at) {
        const float *next = at + step_x;
        return between(between(at[0], at[step_y], share[1]),
                       between(next[0], next[step_y], share[1]), share[0]);
      };
      score = between(carefully(corner), carefully(corner + step_z), share[2]);
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
  w.labels[index] = static_cast<uint8_t>(valid ? label : ONELABEL_NO_LABEL);
  if (w.margins) w.margins[index] = !valid ? not_a_number() : best == second ? 0 : best - second;
}

}  // namespace

void upsample(const UpsampleCall &call, cudaStream_t stream) {
  int64_t voxels = call.out[0] * call.out[1] * call.out[2];
  launch(upsample_kernel, dim3(static_cast<unsigned>((voxels + 255) / 256)), dim3(256), 0, stream,
         call);
}

}  // namespace cuda
}  // namespace onelabel
