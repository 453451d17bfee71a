// What all kernels need from the device; with ONELABEL_CUDA_EMULATION, from the emulation of one.
#pragma once

#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>

#if defined(ONELABEL_CUDA_EMULATION)
#include "cuda_emulation.h"
#else
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#endif

#include "onelabel.h"

namespace onelabel {
namespace cuda {

constexpr unsigned kAll = 0xffffffffu;  // every lane of a warp
constexpr float kInfinity = __builtin_huge_valf();

inline void check(cudaError_t error) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // so that it is not reported again
  if (error == cudaErrorMemoryAllocation) throw std::bad_alloc();
  throw std::runtime_error(std::string("CUDA: ") + cudaGetErrorString(error));
}

// The block's dynamic shared memory; its size is given at the launch.
template <typename Value>
__device__ __forceinline__ Value *shared_memory() {
#if defined(ONELABEL_CUDA_EMULATION)
  return static_cast<Value *>(emulation::shared_memory());
#else
  extern __shared__ __align__(1024) unsigned char dynamic_shared_memory[];
  return reinterpret_cast<Value *>(dynamic_shared_memory);
#endif
}

// Starts kernel(arguments...) on the stream.
template <typename... Parameters, typename... Arguments>
void launch(void (*kernel)(Parameters...), dim3 blocks, dim3 threads, size_t shared_bytes,
            cudaStream_t stream, const Arguments &...arguments) {
  if (blocks.x == 0 || blocks.y == 0 || blocks.z == 0) return;
#if defined(ONELABEL_CUDA_EMULATION)
  (void)stream;
  emulation::run_grid(blocks, threads, shared_bytes,
                      [&] { kernel(static_cast<Parameters>(arguments)...); });
#else
  if (shared_bytes > 48 << 10)
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(shared_bytes)));
  [&](Parameters... values) {
    void *pointers[] = {static_cast<void *>(&values)...};
    check(cudaLaunchKernel(reinterpret_cast<const void *>(kernel), blocks, threads, pointers,
                           shared_bytes, stream));
  }(static_cast<Parameters>(arguments)...);
#endif
}

// Features of any type, read as float.

__device__ __forceinline__ float half_value(uint16_t bits) {
#if defined(ONELABEL_CUDA_EMULATION)
  uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16, rest = bits & 0x7fffu;
  if (rest >= 0x7c00u) return __uint_as_float(sign | 0x7f800000u | (rest & 0x3ffu) << 13);
  // The exponent's bias differs by 112; subnormal numbers come out right by the product.
  float value = __uint_as_float(rest << 13) * __uint_as_float(239u << 23);
  return __uint_as_float(sign | __float_as_uint(value));
#else
  return __half2float(__ushort_as_half(bits));
#endif
}

__device__ __forceinline__ float value_at(const void *features, int32_t type, int64_t index) {
  if (type == ONELABEL_FLOAT32) return static_cast<const float *>(features)[index];
  if (type == ONELABEL_INT8) return static_cast<const int8_t *>(features)[index];
  uint16_t bits = static_cast<const uint16_t *>(features)[index];
  return type == ONELABEL_FLOAT16 ? half_value(bits)
                                  : __uint_as_float(static_cast<uint32_t>(bits) << 16);
}

// Four values from `index` on, zeros from `left` on. `whole`: the four are there and aligned.
__device__ __forceinline__ float4 values_at(const void *features, int32_t type, int64_t index,
                                            int64_t left, bool whole) {
  if (whole && left >= 4) {
    if (type == ONELABEL_FLOAT32)
      return *reinterpret_cast<const float4 *>(static_cast<const float *>(features) + index);
    if (type == ONELABEL_INT8) {
      uint32_t bytes =
          *reinterpret_cast<const uint32_t *>(static_cast<const int8_t *>(features) + index);
      return make_float4(static_cast<int8_t>(bytes), static_cast<int8_t>(bytes >> 8),
                         static_cast<int8_t>(bytes >> 16), static_cast<int8_t>(bytes >> 24));
    }
    uint2 two = *reinterpret_cast<const uint2 *>(static_cast<const uint16_t *>(features) + index);
    if (type == ONELABEL_BFLOAT16)
      return make_float4(__uint_as_float(two.x << 16), __uint_as_float(two.x & 0xffff0000u),
                         __uint_as_float(two.y << 16), __uint_as_float(two.y & 0xffff0000u));
    return make_float4(half_value(two.x & 0xffffu), half_value(two.x >> 16),
                       half_value(two.y & 0xffffu), half_value(two.y >> 16));
  }
  return make_float4(left > 0 ? value_at(features, type, index) : 0,
                     left > 1 ? value_at(features, type, index + 1) : 0,
                     left > 2 ? value_at(features, type, index + 2) : 0,
                     left > 3 ? value_at(features, type, index + 3) : 0);
}

template <typename Value>
__device__ __forceinline__ Value warp_sum(Value value) {
  for (int flip = 16; flip; flip /= 2) value += __shfl_xor_sync(kAll, value, flip);
  return value;
}

__device__ __forceinline__ bool finite(float value) { return fabsf(value) < kInfinity; }

constexpr float kMost = 3.402823466e38f, kLeastNormal = 1.175494351e-38f;

// A vector is ordinary where its squared length in float32 lies between these: no square that
// counts has underflowed, nothing is near overflow. All others get a second look, in float64.
constexpr float kLeastSquare = 7.8886091e-31f, kMostSquare = 8.5070592e37f;  // 2^-100, 2^126

__device__ __forceinline__ bool ordinary(float square) {
  return square >= kLeastSquare && square <= kMostSquare;
}

// a / b to two units in the last place, for b below 2^126.
__device__ __forceinline__ float divide(float a, float b) {
#if defined(ONELABEL_CUDA_EMULATION)
  return a / b;
#else
  return __fdividef(a, b);
#endif
}

__device__ inline float not_a_number() { return __uint_as_float(0x7fc00000u); }

// Unsigned numbers in the order of the floats; NaN is not ordered.
__device__ __forceinline__ uint32_t order_key(float value) {
  uint32_t bits = __float_as_uint(value);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

__device__ __forceinline__ float order_value(uint32_t key) {
  return __uint_as_float(key & 0x80000000u ? key & 0x7fffffffu : ~key);
}

constexpr uint32_t kLowestKey = 0x007fffffu;  // of minus infinity

}  // namespace cuda
}  // namespace onelabel
