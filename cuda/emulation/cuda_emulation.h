// The part of CUDA that the kernels use, for a host compiler: every thread of a block is a fiber,
// blocks run one after the other, device memory is ordinary memory.
//
// What it finds: indices out of bounds (device and shared memory are blocks of their exact size,
// for AddressSanitizer to watch), lanes that miss a warp's exchange and threads that miss a barrier
// (nothing can go on: an error that names them), shared memory that was never written (it begins as
// NaN), copies that nobody waited for (they arrive when waited for, not before), and missing
// barriers, where ONELABEL_EMULATION_ORDER says in which order the threads of a block run between
// two of them: forward (the default), reverse, or a number that seeds a new order at every turn.
//
// What it cannot see: anything about speed, and races between blocks.
#pragma once

#include <math.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __noinline__
#define __launch_bounds__(...)

struct uint3 {
  unsigned x, y, z;
};

struct dim3 {
  unsigned x, y, z;
  dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(16) longlong2 {
  long long x, y;
};

inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

namespace emulation {

struct Position {
  uint3 thread, block;
  dim3 threads, blocks;
  unsigned linear;  // number of the thread in its block
};

// The running thread's place.
const Position &position();

// The block's dynamic shared memory.
void *shared_memory();

// Runs `body` for every thread of every block.
void run_grid(dim3 blocks, dim3 threads, size_t shared_bytes, const std::function<void()> &body);

// Waits for all threads of the block; the number of those that came with `vote`.
int barrier(bool vote);

// Waits until all `lanes` (32: a warp, 128: a warpgroup) have come with an argument; the last one
// computes for all.
void collective(unsigned lanes, void *argument, void (*compute)(void **arguments));

// A copy that arrives when its group is waited for.
void copy_later(void *to, const void *from, size_t bytes, size_t valid);
void commit_copies();
void wait_for_copies(int groups_left);

// Ends the launch with an error.
[[noreturn]] void fail(const std::string &why);

}  // namespace emulation

#define threadIdx (::emulation::position().thread)
#define blockIdx (::emulation::position().block)
#define blockDim (::emulation::position().threads)
#define gridDim (::emulation::position().blocks)

inline void __syncthreads() { emulation::barrier(false); }
inline int __syncthreads_count(int vote) { return emulation::barrier(vote != 0); }
inline int __syncthreads_or(int vote) { return emulation::barrier(vote != 0) > 0; }

inline void require_full_mask(unsigned mask) {
  if (mask != 0xffffffffu) emulation::fail("only whole warps exchange values");
}

inline void __syncwarp(unsigned mask = 0xffffffffu) {
  require_full_mask(mask);
  emulation::collective(32, nullptr, [](void **) {});
}

template <typename Value>
Value __shfl_sync(unsigned mask, Value value, int lane) {
  require_full_mask(mask);
  struct Argument {
    Value value, result;
    int lane;
  } own{value, value, lane & 31};
  emulation::collective(32, &own, [](void **lanes) {
    for (int i = 0; i < 32; i++) {
      Argument *a = static_cast<Argument *>(lanes[i]);
      a->result = static_cast<Argument *>(lanes[a->lane])->value;
    }
  });
  return own.result;
}

template <typename Value>
Value __shfl_xor_sync(unsigned mask, Value value, int flip) {
  return __shfl_sync(mask, value, static_cast<int>(emulation::position().linear & 31) ^ flip);
}

inline unsigned __ballot_sync(unsigned mask, int vote) {
  require_full_mask(mask);
  struct Argument {
    bool vote;
    unsigned result;
  } own{vote != 0, 0};
  emulation::collective(32, &own, [](void **lanes) {
    unsigned all = 0;
    for (int i = 0; i < 32; i++)
      all |= static_cast<unsigned>(static_cast<Argument *>(lanes[i])->vote) << i;
    for (int i = 0; i < 32; i++) static_cast<Argument *>(lanes[i])->result = all;
  });
  return own.result;
}

inline int __any_sync(unsigned mask, int vote) { return __ballot_sync(mask, vote) != 0; }
inline int __popc(unsigned bits) { return __builtin_popcount(bits); }
inline int __ffs(int bits) { return __builtin_ffs(bits); }

inline unsigned __reduce_add_sync(unsigned mask, unsigned value) {
  for (int flip = 16; flip; flip /= 2) value += __shfl_xor_sync(mask, value, flip);
  return value;
}

// One fiber runs at a time.
template <typename Value, typename Other>
Value atomicAdd(Value *to, Other value) {
  Value before = *to;
  *to = static_cast<Value>(before + static_cast<Value>(value));
  return before;
}
template <typename Value>
Value atomicMax(Value *to, Value value) {
  Value before = *to;
  if (value > before) *to = value;
  return before;
}

inline unsigned __float_as_uint(float value) {
  unsigned bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}
inline float __uint_as_float(unsigned bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

// The runtime: device memory is host memory that is known to be the device's.
using cudaError_t = int;
using cudaStream_t = struct emulated_stream *;
using cudaEvent_t = struct emulated_event *;
using cudaMemPool_t = int;
enum cudaMemPoolAttr { cudaMemPoolAttrReleaseThreshold = 4 };
enum {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInsufficientDriver = 35,
  cudaErrorNoDevice = 100
};
#define CUDART_VERSION 13000
enum cudaMemcpyKind { cudaMemcpyDefault = 4 };
enum { cudaStreamNonBlocking = 1, cudaEventDisableTiming = 2, cudaEventDefault = 0 };
enum cudaDeviceAttr {
  cudaDevAttrComputeCapabilityMajor = 75,
  cudaDevAttrComputeCapabilityMinor = 76,
  cudaDevAttrMultiProcessorCount = 16,
  cudaDevAttrMaxSharedMemoryPerBlockOptin = 97
};
enum cudaMemoryType {
  cudaMemoryTypeUnregistered = 0,
  cudaMemoryTypeHost = 1,
  cudaMemoryTypeDevice = 2,
  cudaMemoryTypeManaged = 3
};
struct cudaPointerAttributes {
  cudaMemoryType type;
  int device;
};
struct cudaDeviceProp {
  char name[256];
};

cudaError_t cudaDriverGetVersion(int *version);
cudaError_t cudaGetDeviceCount(int *count);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device);
cudaError_t cudaMemGetInfo(size_t *free, size_t *total);
cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t *pool, int device);
cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void *value);
cudaError_t cudaMalloc(void **memory, size_t bytes);
cudaError_t cudaFree(void *memory);
cudaError_t cudaMallocAsync(void **memory, size_t bytes, cudaStream_t stream);
cudaError_t cudaFreeAsync(void *memory, cudaStream_t stream);
cudaError_t cudaMallocHost(void **memory, size_t bytes);
cudaError_t cudaFreeHost(void *memory);
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream);
cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch,
                              size_t width, size_t height, cudaMemcpyKind kind,
                              cudaStream_t stream);
cudaError_t cudaMemsetAsync(void *memory, int value, size_t bytes, cudaStream_t stream);
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t from, cudaEvent_t to);
cudaError_t cudaPointerGetAttributes(cudaPointerAttributes *attributes, const void *pointer);
cudaError_t cudaGetLastError();
const char *cudaGetErrorString(cudaError_t error);
