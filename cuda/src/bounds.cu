// What the device does at best: float32 multiply-adds, bf16 products, bytes copied. Beside the
// emulation there is nothing to measure: 0.
#include <algorithm>

#include "cuda_context.h"
#include "tensor.h"

namespace onelabel {
namespace cuda {

#if defined(ONELABEL_CUDA_EMULATION)

double measure_multiply_adds(const Device &) { return 0; }
double measure_filter_products(const Device &) { return 0; }
double measure_copy(const Device &) { return 0; }

#else

namespace {

constexpr int kRounds = 20000;

__global__ void __launch_bounds__(256) multiply_add_kernel(float *sink, float factor) {
  float sums[16];
#pragma unroll
  for (int i = 0; i < 16; i++) sums[i] = static_cast<float>(threadIdx.x + i);
  for (int round = 0; round < kRounds; round++)
#pragma unroll
    for (int i = 0; i < 16; i++) sums[i] = fmaf(sums[i], factor, factor);
  float sum = 0;
#pragma unroll
  for (int i = 0; i < 16; i++) sum += sums[i];
  if (sum == 1.f) *sink = sum;
}

__global__ void __launch_bounds__(256, 1) half_product_kernel(float *sink) {
  float products[64];
#pragma unroll
  for (int i = 0; i < 64; i++) products[i] = 0;
  unsigned char *tiles = shared_memory<unsigned char>();
  for (int i = static_cast<int>(threadIdx.x); i < 8192; i += 256)
    reinterpret_cast<uint32_t *>(tiles)[i] = 0x3f803f80u + static_cast<uint32_t>(i) % 64;
#if defined(ONELABEL_WARPGROUP_PRODUCTS)
  fence_for_products();
  __syncthreads();
  for (int round = 0; round < kRounds / 8; round++) {
    begin_products();
#pragma unroll
    for (int k = 0; k < 4; k++)
      multiply_warpgroup(products, describe(tiles + threadIdx.x / 128 * 8192 + 32 * k),
                         describe(tiles + 16384 + 32 * k));
    commit_products();
    wait_for_products<0>();
  }
#else
  __syncthreads();
  uint32_t left[4];
  load_matrices(left, tiles + swizzled(threadIdx.x % 16, threadIdx.x % 32 / 16));
  uint32_t right[2] = {left[0], left[1]};
  for (int round = 0; round < kRounds / 8; round++)
#pragma unroll
    for (int i = 0; i < 64; i++) multiply_bf16(products + i / 4 * 4, left, right);
#endif
  float sum = 0;
#pragma unroll
  for (int i = 0; i < 64; i++) sum += products[i];
  if (sum == 1.f) *sink = sum;
}

// Seconds of the fastest of five runs.
template <typename Run>
double fastest(cudaStream_t stream, Run run) {
  cudaEvent_t from, to;
  check(cudaEventCreateWithFlags(&from, cudaEventDefault));
  check(cudaEventCreateWithFlags(&to, cudaEventDefault));
  float best = 1e30f;
  for (int i = 0; i < 5; i++) {
    check(cudaEventRecord(from, stream));
    run();
    check(cudaEventRecord(to, stream));
    check(cudaEventSynchronize(to));
    float milliseconds;
    check(cudaEventElapsedTime(&milliseconds, from, to));
    best = std::min(best, milliseconds);
  }
  check(cudaEventDestroy(from));
  check(cudaEventDestroy(to));
  return best / 1e3;
}

}  // namespace

double measure_multiply_adds(const Device &device) {
  cudaStream_t stream = device.lanes[0]->stream;
  DeviceArray<float> sink(1, stream);
  unsigned blocks = static_cast<unsigned>(8 * device.multiprocessors);
  double seconds = fastest(stream, [&] {
    launch(multiply_add_kernel, dim3(blocks), dim3(256), 0, stream, sink.get(), 1.0001f);
  });
  return 2. * 256 * blocks * 16 * kRounds / seconds;
}

double measure_filter_products(const Device &device) {
  cudaStream_t stream = device.lanes[0]->stream;
  DeviceArray<float> sink(1, stream);
  unsigned blocks = static_cast<unsigned>(device.multiprocessors);
  double seconds = fastest(stream, [&] {
    launch(half_product_kernel, dim3(blocks), dim3(256), 32768, stream, sink.get());
  });
  // A round is 128 x 128 x 64 by warpgroups, 64 products of 16 x 8 x 16 by each warp without.
  double operations = device.architecture / 10 == 9 ? 2. * 128 * 128 * 64 : 2. * 8 * 64 * 2048;
  return operations * (kRounds / 8) * blocks / seconds;
}

double measure_copy(const Device &device) {
  cudaStream_t stream = device.lanes[0]->stream;
  constexpr int64_t kBytes = int64_t{1} << 30;
  DeviceArray<char> from(kBytes, stream), to(kBytes, stream);
  double seconds = fastest(stream, [&] {
    check(cudaMemcpyAsync(to.get(), from.get(), kBytes, cudaMemcpyDefault, stream));
  });
  return 2. * static_cast<double>(kBytes) / seconds;
}

#endif

}  // namespace cuda
}  // namespace onelabel
