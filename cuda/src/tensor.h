// The tensor cores' instructions, asynchronous copies and matrix loads, with the same fragments on
// the device and in the emulation.
//
// Fragments: lane l of a warp holds, with g = l / 4 and t = l % 4,
//   accumulators 16 x 8   d0 (g, 2t), d1 (g, 2t + 1), d2 (g + 8, 2t), d3 (g + 8, 2t + 1)
//   bf16 A 16 x 16        two columns in a register: a0 (g, 2t), a1 (g + 8, 2t), a2 (g, 2t + 8),
//                         a3 (g + 8, 2t + 8);  B 16 x 8: b0 (2t, g), b1 (2t + 8, g)
//   tf32 A 16 x 8         a0 (g, t), a1 (g + 8, t), a2 (g, t + 4), a3 (g + 8, t + 4)
//        B 8 x 8          b0 (t, g), b1 (t + 4, g)
//
// Tiles of bf16 rows in shared memory: rows of 128 bytes (64 values), the 16-byte piece p of row r
// at place p ^ (r & 7), which keeps both kinds of matrix loads free of bank conflicts and is what
// Hopper's matrix descriptors call the 128-byte swizzle.
#pragma once

#include "device.h"

#if defined(ONELABEL_CUDA_EMULATION)
#include "tensor_emulation.h"
#endif

namespace onelabel {
namespace cuda {

#if !defined(ONELABEL_CUDA_EMULATION)

__device__ __forceinline__ void multiply_tf32(float (&d)[4], const uint32_t (&a)[4],
                                              const uint32_t (&b)[2]) {
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

__device__ __forceinline__ void multiply_bf16(float *d, const uint32_t (&a)[4],
                                              const uint32_t (&b)[2]) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, "
      "{%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

__device__ __forceinline__ uint32_t shared_address(const void *shared) {
  return static_cast<uint32_t>(__cvta_generic_to_shared(shared));
}

// Four 8 x 8 matrices of 16-bit values; lane l gives the address of row l % 8 of matrix l / 8.
__device__ __forceinline__ void load_matrices(uint32_t (&to)[4], const void *row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(shared_address(row))
               : "memory");
}

// 16 bytes from global to shared memory: the first `valid`, then zeros.
__device__ __forceinline__ void copy_async(void *shared, const void *global, int valid) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(shared)),
               "l"(global), "r"(valid)
               : "memory");
}

__device__ __forceinline__ void commit_copies() {
  asm volatile("cp.async.commit_group;" ::: "memory");
}

template <int kGroupsLeft>
__device__ __forceinline__ void wait_for_copies() {
  asm volatile("cp.async.wait_group %0;" ::"n"(kGroupsLeft) : "memory");
}

#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define ONELABEL_WARPGROUP_PRODUCTS 1

// 64 x 128 x 16 by a warpgroup: d += A B^T. A descriptor is the place of a tile of 128-byte rows.
__device__ __forceinline__ uint64_t describe(const void *tile) {
  return static_cast<uint64_t>((shared_address(tile) & 0x3ffffu) >> 4) | 1ull << 16 | 64ull << 32 |
         1ull << 62;
}

__device__ __forceinline__ void multiply_warpgroup(float (&d)[64], uint64_t a, uint64_t b) {
#define ONELABEL_D8(i)                                                                        \
  "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3]), "+f"(d[i + 4]), "+f"(d[i + 5]), \
      "+f"(d[i + 6]), "+f"(d[i + 7])
  asm volatile(
      "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 "
      "{%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,"
      "%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%27,%28,%29,%30,%31,"
      "%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47,"
      "%48,%49,%50,%51,%52,%53,%54,%55,%56,%57,%58,%59,%60,%61,%62,%63}, "
      "%64, %65, 1, 1, 1, 0, 0;"
      : ONELABEL_D8(0), ONELABEL_D8(8), ONELABEL_D8(16), ONELABEL_D8(24), ONELABEL_D8(32),
        ONELABEL_D8(40), ONELABEL_D8(48), ONELABEL_D8(56)
      : "l"(a), "l"(b));
#undef ONELABEL_D8
}

// What ordinary stores and copies wrote is seen by the tensor cores.
__device__ __forceinline__ void fence_for_products() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}
__device__ __forceinline__ void begin_products() {
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}
__device__ __forceinline__ void commit_products() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}
template <int kGroupsLeft>
__device__ __forceinline__ void wait_for_products() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(kGroupsLeft) : "memory");
}
#endif

#endif  // !ONELABEL_CUDA_EMULATION

// Rounded to the 11 significant bits of tf32, as float bits.
__device__ __forceinline__ uint32_t tf32_bits(float value) {
  return (__float_as_uint(value) + 0x1000u) & 0xffffe000u;
}

// Rounded to bf16, ties to even; finite values only.
__device__ __forceinline__ uint16_t bf16_bits(float value) {
  uint32_t bits = __float_as_uint(value);
  return static_cast<uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

__device__ __forceinline__ float bf16_value(uint16_t bits) {
  return __uint_as_float(static_cast<uint32_t>(bits) << 16);
}

// The place of 16-byte piece `piece` of row `row` in a tile of 128-byte rows.
__device__ __forceinline__ int swizzled(int row, int piece) {
  return row * 128 + ((piece ^ (row & 7)) << 4);
}

}  // namespace cuda
}  // namespace onelabel
