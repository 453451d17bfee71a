// Which rows may be among the k best of a query: bf16 products of tiles of 128 queries with tiles
// of 128 rows, compared with a threshold while they are in registers. The scores are never stored.
//
// Plain version: a GEMM, its Q x M matrix written and read again by a selection; at 4096 x 65,536
// x 384 the matrix alone is twice the product's time. Here a block keeps its queries in shared
// memory (where they fit) and streams rows through a ring of stages, copied asynchronously. A warp
// owns 16 queries: their candidates are appended, counted and thinned out by its lanes alone.
// Where a list is nearly full it is thinned out: what k rows are sure to reach (the k-th largest
// lower bound) is the new threshold; blocks that work on other parts of the database for the same
// queries share it. Where bounds cannot thin it out (equal rows, say), float32 scores do.
#include <algorithm>

#include "knn.h"
#include "tensor.h"

namespace onelabel {
namespace cuda {
namespace {

constexpr int kThreads = 256;             // two warpgroups, 64 queries each
constexpr int kChunkBytes = kTile * 128;  // 64 columns of a tile
constexpr int kRefresh = 8;               // tiles between two looks at the others' thresholds

struct Work {
  Rows queries, database;
  Prepared q, m;
  int32_t metric, k;
  const int64_t *excluded;
  int64_t offset;
  Candidates to;
  int64_t tiles_of_split;
  bool resident;
};

// In shared memory after the stages.
struct Lists {
  float offsets[2][kTile];
  float thresholds[kTile];
  int counts[kTile];
};

template <typename Test>
__device__ __forceinline__ unsigned count_entries(int entries, Test test) {
  unsigned found = 0;
  for (int i = static_cast<int>(threadIdx.x % 32); i < entries; i += 32) found += test(i);
  return __reduce_add_sync(kAll, found);
}

// Keeps the entries that pass, in their order; how many there are.
template <typename Test>
__device__ __forceinline__ int keep_entries(const Candidates &to, int64_t first, int entries,
                                            Test test) {
  int lane = static_cast<int>(threadIdx.x % 32), kept = 0;
  for (int i = 0; i < entries; i += 32) {
    int own = i + lane;
    bool stays = own < entries && test(own);
    float lower = 0, upper = 0;
    int32_t index = 0;
    if (stays) {
      lower = to.lower[first + own];
      upper = to.upper[first + own];
      index = to.index[first + own];
    }
    unsigned all = __ballot_sync(kAll, stays);  // and every lane has read before one writes
    int place = kept + __popc(all & ((1u << lane) - 1));
    if (stays) {
      to.lower[first + place] = lower;
      to.upper[first + place] = upper;
      to.index[first + place] = index;
    }
    kept += __popc(all);
    __syncwarp();
  }
  return kept;
}

// Thins out a full list by float32 scores: the k best stay, on a tie the lower index.
__device__ __forceinline__ int keep_best(const Work &w, int64_t query, int64_t first, int entries) {
  const Candidates &to = w.to;
  for (int i = 0; i < entries; i++) {
    int32_t row = to.index[first + i];
    float score = exact_score(w.queries, query, w.q.lengths[query], w.database, row,
                              w.m.lengths[row], w.metric);
    if (threadIdx.x % 32 == 0) to.exact[first + i] = score;
  }
  __syncwarp();
  auto key = [&](int i) { return order_key(to.exact[first + i]); };
  unsigned k = static_cast<unsigned>(w.k);
  bool exactly;
  uint32_t worst = kth_key(k, exactly, [&](uint32_t trial) {
    return count_entries(entries, [&](int i) { return key(i) >= trial; });
  });
  uint32_t last = 0xffffffffu;  // index of the last that stays among those at `worst`
  if (!exactly) {
    unsigned wanted = k - count_entries(entries, [&](int i) { return key(i) > worst; });
    last = 0;
    for (int bit = 30; bit >= 0; bit--) {
      uint32_t trial = last | ((1u << bit) - 1);
      unsigned found = count_entries(entries, [&](int i) {
        return key(i) == worst && static_cast<uint32_t>(to.index[first + i]) <= trial;
      });
      if (found < wanted) last |= 1u << bit;
    }
  }
  return keep_entries(to, first, entries, [&](int i) {
    return key(i) > worst ||
           (key(i) == worst && static_cast<uint32_t>(to.index[first + i]) <= last);
  });
}

// Thins out the list of a query of this warp.
__device__ __forceinline__ void thin_out(const Work &w, Lists &lists, int own, int64_t query,
                                         int64_t first) {
  int entries = lists.counts[own];
  const Candidates &to = w.to;
  bool exactly;
  uint32_t reached = kth_key(static_cast<unsigned>(w.k), exactly, [&](uint32_t trial) {
    return count_entries(entries, [&](int i) { return order_key(to.lower[first + i]) >= trial; });
  });
  if (reached < kLowestKey) reached = kLowestKey;
  float threshold = fmaxf(lists.thresholds[own], order_value(reached));
  int kept =
      keep_entries(to, first, entries, [&](int i) { return !(to.upper[first + i] < threshold); });
  if (kept > to.capacity - 2 * kTile) kept = keep_best(w, query, first, kept);
  __syncwarp();
  if (threadIdx.x % 32 == 0) {
    lists.counts[own] = kept;
    lists.thresholds[own] = threshold;
    atomicMax(&to.threshold[query], order_key(threshold));
  }
  __syncwarp();
}

// A score that passed the tile's test becomes a candidate, if it passes its own.
__device__ __forceinline__ void append(const Work &w, Lists &lists, int own, int64_t query,
                                       int64_t first, const Bound &bound, int64_t row,
                                       float product) {
  Bound other = w.m.bounds[row];
  if (!(other.z > -kInfinity)) return;
  float error = bound.x * other.x + bound.y * other.y + bound.z + other.w;
  float upper = product + other.z + error, lower = product + other.z - error;
  if (upper < lists.thresholds[own]) return;
  if (w.excluded) {
    int64_t index = w.offset + row;
    if (index >= w.excluded[2 * query] && index < w.excluded[2 * query + 1]) return;
  }
  int place = atomicAdd(&lists.counts[own], 1);
  w.to.lower[first + place] = lower == lower ? lower : -kInfinity;
  w.to.upper[first + place] = upper == upper ? upper : kInfinity;
  w.to.index[first + place] = static_cast<int32_t>(row);
}

// Starts to copy 64 columns of a tile: eight threads a row, 16 bytes each.
__device__ __forceinline__ void copy_chunk(unsigned char *stage, const Prepared &from, int64_t tile,
                                           int64_t chunk) {
  for (int i = static_cast<int>(threadIdx.x); i < kTile * 8; i += kThreads) {
    int row = i / 8, piece = i % 8;
    copy_async(stage + swizzled(row, piece),
               from.halves + (tile * kTile + row) * from.columns + chunk * 64 + piece * 8, 16);
  }
}

// 64 queries with 128 rows, 64 columns, by a warpgroup; all but these products are done on return.
__device__ __forceinline__ void multiply_by_warpgroups(float (&products)[64],
                                                       const unsigned char *queries,
                                                       const unsigned char *rows) {
#if defined(ONELABEL_WARPGROUP_PRODUCTS)
  begin_products();
#pragma unroll
  for (int k = 0; k < 4; k++)
    multiply_warpgroup(products, describe(queries + 32 * k), describe(rows + 32 * k));
  commit_products();
  wait_for_products<1>();
#else
  (void)products, (void)queries, (void)rows;
#endif
}

// 16 queries with 128 rows, 64 columns, by a warp.
__device__ __forceinline__ void multiply_by_warps(float (&products)[64],
                                                  const unsigned char *queries,
                                                  const unsigned char *rows, int lane) {
#pragma unroll
  for (int k = 0; k < 4; k++) {
    uint32_t left[4];
    load_matrices(left, queries + swizzled(lane % 16, 2 * k + lane / 16));
#pragma unroll
    for (int j = 0; j < 16; j += 2) {
      uint32_t right[4];
      load_matrices(right, rows + swizzled(8 * j + lane / 16 * 8 + lane % 8, 2 * k + lane / 8 % 2));
      uint32_t one[2] = {right[0], right[1]}, other[2] = {right[2], right[3]};
      multiply_bf16(products + 4 * j, left, one);
      multiply_bf16(products + 4 * j + 4, left, other);
    }
  }
}

template <bool kWarpgroups, int kStages>
__global__ void __launch_bounds__(kThreads, 1) filter_kernel(Work w) {
  int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  int g = lane / 4, t = lane % 4;
  int64_t chunks = w.q.columns / 64;
  unsigned char *queries = shared_memory<unsigned char>();
  unsigned char *rows = queries + (w.resident ? chunks : kStages) * kChunkBytes;
  Lists &lists = *reinterpret_cast<Lists *>(rows + kStages * kChunkBytes);
  int64_t query_tile = blockIdx.x, split = blockIdx.y;
  int64_t first_tile = split * w.tiles_of_split;
  int64_t end_tile = w.m.padded / kTile;
  if (end_tile > first_tile + w.tiles_of_split) end_tile = first_tile + w.tiles_of_split;
  int64_t steps = (end_tile - first_tile) * chunks;

  // Lane l < 16 looks after query 16 warp + l; products are those of queries 16 warp + g (+ 8).
  auto query_of = [&](int own) { return query_tile * kTile + own; };
  auto list_of = [&](int own) { return (query_of(own) * w.to.splits + split) * w.to.capacity; };
  int mine[2] = {16 * warp + g, 16 * warp + g + 8};
  Bound bounds[2] = {w.q.bounds[query_of(mine[0])], w.q.bounds[query_of(mine[1])]};
  if (threadIdx.x < kTile) {
    lists.counts[threadIdx.x] = 0;
    lists.thresholds[threadIdx.x] = -kInfinity;
  }

  auto start_copies = [&](int64_t step) {
    if (step < steps) {
      int64_t stage = step % kStages;
      copy_chunk(rows + stage * kChunkBytes, w.m, first_tile + step / chunks, step % chunks);
      if (!w.resident) copy_chunk(queries + stage * kChunkBytes, w.q, query_tile, step % chunks);
    }
    commit_copies();
  };
  if (w.resident)
    for (int64_t chunk = 0; chunk < chunks; chunk++)
      copy_chunk(queries + chunk * kChunkBytes, w.q, query_tile, chunk);
  // The stage of a step is free again two steps later.
  for (int64_t step = 0; step < kStages - 2; step++) start_copies(step);

  int64_t step = 0;
  for (int64_t tile = first_tile; tile < end_tile; tile++) {
    if (threadIdx.x < kTile)
      lists.offsets[tile & 1][threadIdx.x] = w.m.bounds[tile * kTile + threadIdx.x].z;
    float products[64];
#pragma unroll
    for (int i = 0; i < 64; i++) products[i] = 0;
    for (int64_t chunk = 0; chunk < chunks; chunk++, step++) {
      wait_for_copies<kStages - 3>();
#if defined(ONELABEL_WARPGROUP_PRODUCTS)
      if (kWarpgroups) fence_for_products();
#endif
      __syncthreads();
      start_copies(step + kStages - 2);
      const unsigned char *a = queries + (w.resident ? chunk : step % kStages) * kChunkBytes;
      const unsigned char *b = rows + step % kStages * kChunkBytes;
      if (kWarpgroups)
        multiply_by_warpgroups(products, a + warp / 4 * 64 * 128, b);
      else
        multiply_by_warps(products, a + 16 * warp * 128, b, lane);
    }
#if defined(ONELABEL_WARPGROUP_PRODUCTS)
    if (kWarpgroups) wait_for_products<0>();
#endif

    if ((tile - first_tile) % kRefresh == 0) {
      if (lane < 16) {
        int own = 16 * warp + lane;
        float shared = order_value(w.to.threshold[query_of(own)]);
        lists.thresholds[own] = fmaxf(lists.thresholds[own], shared);
      }
      __syncwarp();
    }
    Bound most = w.m.tiles[tile];
    float limits[2];
    int64_t first[2];
#pragma unroll
    for (int i = 0; i < 2; i++) {
      limits[i] = lists.thresholds[mine[i]] -
                  (bounds[i].x * most.x + bounds[i].y * most.y + bounds[i].z + most.w) * 1.00001f;
      if (limits[i] != limits[i]) limits[i] = -kInfinity;  // bounds too large to compare
      // Padding, and queries that are not finite, have no neighbours.
      float length = w.q.lengths[query_of(mine[i])];
      if (query_of(mine[i]) >= w.queries.count || length != length) limits[i] = kInfinity;
      first[i] = list_of(mine[i]);
    }
    const float *offsets = lists.offsets[tile & 1];
#pragma unroll
    for (int j = 0; j < 16; j++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        int column = 8 * j + 2 * t + (i & 1);
        // Whatever is not surely below: NaN, too.
        if (limits[i / 2] < kInfinity && !(products[4 * j + i] + offsets[column] < limits[i / 2]))
          append(w, lists, mine[i / 2], query_of(mine[i / 2]), first[i / 2], bounds[i / 2],
                 tile * kTile + column, products[4 * j + i]);
      }
    }
    __syncwarp();
    unsigned full = __ballot_sync(
        kAll, lane < 16 && lists.counts[16 * warp + lane % 16] > w.to.capacity - kTile);
    for (; full; full &= full - 1) {
      int own = 16 * warp + __ffs(static_cast<int>(full)) - 1;
      thin_out(w, lists, own, query_of(own), list_of(own));
    }
  }
  wait_for_copies<0>();
  __syncwarp();
  if (lane < 16) {
    int own = 16 * warp + lane;
    w.to.count[query_of(own) * w.to.splits + split] = lists.counts[own];
  }
}

__global__ void reset_kernel(uint32_t *numbers, uint32_t value, int64_t count) {
  int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < count) numbers[i] = value;
}

}  // namespace

void reset(uint32_t *numbers, uint32_t value, int64_t count, cudaStream_t stream) {
  launch(reset_kernel, dim3(static_cast<unsigned>((count + 255) / 256)), dim3(256), 0, stream,
         numbers, value, count);
}

int32_t candidate_capacity(int32_t k) { return (k + 31) / 32 * 32 + 3 * kTile; }

void filter(const Rows &queries, const Prepared &prepared_queries, const Rows &database,
            const Prepared &prepared_database, int32_t metric, int32_t k, const int64_t *excluded,
            int64_t offset, const Candidates &candidates, bool warpgroups, size_t most_shared,
            cudaStream_t stream) {
  int64_t chunks = prepared_queries.columns / 64, tiles = prepared_database.padded / kTile;
  // Queries stay in shared memory where there is room, else they pass through the stages; small
  // cards have room for three stages only.
  auto bytes = [&](int64_t query_chunks, int64_t stages) {
    return static_cast<size_t>((query_chunks + stages) * kChunkBytes) + sizeof(Lists);
  };
  bool resident = bytes(chunks, 4) <= most_shared, small = !resident && bytes(4, 4) > most_shared;
  size_t shared = resident ? bytes(chunks, 4) : small ? bytes(3, 3) : bytes(4, 4);
  Work work{queries,          database,
            prepared_queries, prepared_database,
            metric,           k,
            excluded,         offset,
            candidates,       (tiles + candidates.splits - 1) / candidates.splits,
            resident};
  launch(warpgroups ? (small ? &filter_kernel<true, 3> : &filter_kernel<true, 4>)
                    : (small ? &filter_kernel<false, 3> : &filter_kernel<false, 4>),
         dim3(static_cast<unsigned>(prepared_queries.padded / kTile),
              static_cast<unsigned>(candidates.splits)),
         dim3(kThreads), shared, stream, work);
}

}  // namespace cuda
}  // namespace onelabel
