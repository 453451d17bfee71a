// Uncertainty of T stochastic predictions, one pass over the input:
//   p_t = softmax(l_t),  mean = sum_t p_t / T,  H = -sum mean ln mean,
//   I = H - sum_t H(p_t) / T,  H(p_t) = ln s - sum_c e_c d_c / s with d_c = l_c - max, e_c =
//   exp(d_c)
//
// Plain version: three kernels with T C N intermediates. What costs is reading the input, 4 T C
// bytes a voxel. Up to 16 classes a thread keeps some voxels' classes in registers and loads them
// together, 16 bytes at a time where all is aligned. More classes than that are read twice (the
// second time out of a cache), the mean lies in shared memory.
#include <algorithm>

#include "kernels.h"

namespace onelabel {
namespace cuda {
namespace {

constexpr float kLog2E = 1.4426950408889634f, kLn2 = 0.6931471805599453f;

__device__ __forceinline__ float exponential(float x) {
#if defined(ONELABEL_CUDA_EMULATION)
  return exp2f(x * kLog2E);
#else
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x * kLog2E));
  return result;
#endif
}

__device__ __forceinline__ float logarithm(float x) {
#if defined(ONELABEL_CUDA_EMULATION)
  return log2f(x) * kLn2;
#else
  return __log2f(x) * kLn2;
#endif
}

// Up to 1, and what rounding may add.
__device__ __forceinline__ bool is_probability(float p) { return p >= 0 && p <= 1.001f; }

__device__ __forceinline__ float minus_p_ln_p(float p) { return p > 0 ? -p * logarithm(p) : 0; }

struct Outputs {
  float *mean, *entropy;
  uint8_t *labels;
  float *information;
  unsigned long long *invalid;
  int64_t voxels;
};

// Writes a voxel whose mean probabilities are at(0), at(1) ...; whether it is a number.
template <typename At>
__device__ __forceinline__ bool finish(const Outputs &out, int64_t voxel, int classes, float inner,
                                       bool valid, At at) {
  float best = -kInfinity, entropy = 0;
  int label = 0;
  for (int c = 0; c < classes; c++) {
    float p = at(c);
    valid = valid && p >= 0;
    if (p > best) {
      best = p;
      label = c;
    }
    entropy += minus_p_ln_p(p);
  }
  // Rounding may leave -1e-8 where one class is certain.
  entropy = fmaxf(entropy, 0.f);
  const float kNaN = not_a_number();
  if (out.mean)
    for (int c = 0; c < classes; c++) out.mean[c * out.voxels + voxel] = valid ? at(c) : kNaN;
  if (out.entropy) out.entropy[voxel] = valid ? entropy : kNaN;
  if (out.labels) out.labels[voxel] = static_cast<uint8_t>(valid ? label : ONELABEL_NO_LABEL);
  if (out.information) out.information[voxel] = valid ? fmaxf(entropy - inner, 0.f) : kNaN;
  return valid;
}

__device__ __forceinline__ void count_invalid(unsigned long long *invalid, int spoilt) {
  // Lanes of a warp together: one atomic where any is spoilt.
  unsigned sum = __reduce_add_sync(kAll, static_cast<unsigned>(spoilt));
  if (sum && threadIdx.x % 32 == 0) atomicAdd(invalid, static_cast<unsigned long long>(sum));
}

// At most kMost classes in registers, kVoxels voxels a thread.
template <int kMost, int kVoxels, bool kLogits>
__global__ void __launch_bounds__(256)
    entropy_kernel(const float *input, int64_t passes, int classes, bool whole, Outputs out) {
  int64_t first = (static_cast<int64_t>(blockIdx.x) * 256 + threadIdx.x) * kVoxels;
  int64_t left = out.voxels - first;
  float mean[kMost][kVoxels] = {};
  float inner[kVoxels] = {};
  bool valid[kVoxels];
#pragma unroll
  for (int v = 0; v < kVoxels; v++) valid[v] = true;
  for (int64_t pass = 0; pass < passes && left > 0; pass++) {
    float l[kMost][kVoxels] = {};
#pragma unroll
    for (int c = 0; c < kMost; c++) {
      if (c >= classes) break;
      const float *from = input + (pass * classes + c) * out.voxels + first;
      if (kVoxels == 4 && whole && left >= 4) {
        float4 four = *reinterpret_cast<const float4 *>(from);
        l[c][0] = four.x;
        l[c][1 % kVoxels] = four.y;
        l[c][2 % kVoxels] = four.z;
        l[c][3 % kVoxels] = four.w;
      } else if (kVoxels == 2 && whole && left >= 2) {
        float2 two = *reinterpret_cast<const float2 *>(from);
        l[c][0] = two.x;
        l[c][1 % kVoxels] = two.y;
      } else {
#pragma unroll
        for (int v = 0; v < kVoxels; v++) l[c][v] = v < left ? from[v] : 0;
      }
    }
#pragma unroll
    for (int v = 0; v < kVoxels; v++) {
      if (kLogits) {
        float top = l[0][v];
#pragma unroll
        for (int c = 1; c < kMost; c++)
          if (c < classes) top = fmaxf(top, l[c][v]);
        float sum = 0, weighted = 0;
#pragma unroll
        for (int c = 0; c < kMost; c++) {
          if (c >= classes) break;
          float d = l[c][v] - top, e = exponential(d);
          valid[v] = valid[v] && e <= 1;  // NaN and +inf - inf are not
          sum += e;
          weighted += e > 0 ? e * d : 0;
          l[c][v] = e;
        }
        float scale = 1 / sum;
        inner[v] += logarithm(sum) - weighted * scale;
#pragma unroll
        for (int c = 0; c < kMost; c++)
          if (c < classes) mean[c][v] += l[c][v] * scale;
      } else {
#pragma unroll
        for (int c = 0; c < kMost; c++) {
          if (c >= classes) break;
          valid[v] = valid[v] && is_probability(l[c][v]);
          inner[v] += minus_p_ln_p(l[c][v]);
          mean[c][v] += l[c][v];
        }
      }
    }
  }
  float share = 1 / static_cast<float>(passes);
  int spoilt = 0;
#pragma unroll
  for (int v = 0; v < kVoxels; v++)
    if (v < left)
      spoilt += !finish(out, first + v, classes, inner[v] * share, valid[v], [&](int c) {
        float p = 0;
#pragma unroll
        for (int i = 0; i < kMost; i++)
          if (i == c) p = mean[i][v] * share;
        return p;
      });
  count_invalid(out.invalid, spoilt);
}

constexpr int kManyThreads = 64;

// Any number of classes: the mean of a voxel lies in shared memory.
template <bool kLogits>
__global__ void __launch_bounds__(kManyThreads)
    many_classes_kernel(const float *input, int64_t passes, int classes, Outputs out) {
  int64_t voxel = static_cast<int64_t>(blockIdx.x) * kManyThreads + threadIdx.x;
  float *mean = shared_memory<float>() + threadIdx.x;
  bool there = voxel < out.voxels, valid = true;
  float inner = 0;
  for (int c = 0; c < classes; c++) mean[c * kManyThreads] = 0;
  for (int64_t pass = 0; pass < passes && there; pass++) {
    const float *from = input + pass * classes * out.voxels + voxel;
    float top = from[0];
    for (int c = 1; c < classes && kLogits; c++) top = fmaxf(top, from[c * out.voxels]);
    float sum = 0, weighted = 0;
    for (int c = 0; c < classes && kLogits; c++) {
      float d = from[c * out.voxels] - top, e = exponential(d);
      valid = valid && e <= 1;
      sum += e;
      weighted += e > 0 ? e * d : 0;
    }
    float scale = 1 / sum;
    if (kLogits) inner += logarithm(sum) - weighted * scale;
    for (int c = 0; c < classes; c++) {
      float value = from[c * out.voxels];
      if (!kLogits) {
        valid = valid && is_probability(value);
        inner += minus_p_ln_p(value);
      }
      mean[c * kManyThreads] += kLogits ? exponential(value - top) * scale : value;
    }
  }
  float share = 1 / static_cast<float>(passes);
  int spoilt = there && !finish(out, voxel, classes, inner * share, valid,
                                [&](int c) { return mean[c * kManyThreads] * share; });
  count_invalid(out.invalid, spoilt);
}

template <int kMost, int kVoxels>
void start(const EntropyCall &call, const Outputs &out, cudaStream_t stream) {
  bool whole =
      call.voxels % kVoxels == 0 && reinterpret_cast<uintptr_t>(call.input) % (4 * kVoxels) == 0;
  dim3 blocks(static_cast<unsigned>((call.voxels + 256 * kVoxels - 1) / (256 * kVoxels)));
  launch(call.kind == ONELABEL_LOGITS ? &entropy_kernel<kMost, kVoxels, true>
                                      : &entropy_kernel<kMost, kVoxels, false>,
         blocks, dim3(256), 0, stream, call.input, call.passes, call.classes, whole, out);
}

}  // namespace

void entropy(const EntropyCall &call, unsigned long long *invalid, cudaStream_t stream) {
  Outputs out{call.mean, call.entropy, call.labels, call.mutual_information, invalid, call.voxels};
  if (call.classes <= 2) return start<2, 4>(call, out, stream);
  if (call.classes <= 4) return start<4, 4>(call, out, stream);
  if (call.classes <= 8) return start<8, 2>(call, out, stream);
  if (call.classes <= 16) return start<16, 2>(call, out, stream);
  dim3 blocks(static_cast<unsigned>((call.voxels + kManyThreads - 1) / kManyThreads));
  launch(call.kind == ONELABEL_LOGITS ? &many_classes_kernel<true> : &many_classes_kernel<false>,
         blocks, dim3(kManyThreads), static_cast<size_t>(4 * kManyThreads * call.classes), stream,
         call.input, call.passes, call.classes, out);
}

}  // namespace cuda
}  // namespace onelabel
