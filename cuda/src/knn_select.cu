// The k best of a query's candidates: scored in float32, sorted, voted on.
#include "knn.h"

namespace onelabel {
namespace cuda {
namespace {

constexpr int kThreads = 128;
constexpr int64_t kNobody = 0x7fffffffffffffffll;

struct Work {
  Rows queries;
  const float *query_lengths;
  Rows database;
  const float *database_lengths;
  int32_t metric, k;
  int64_t offset;
  Candidates from;
  bool first;
  int64_t *indices;
  float *scores;
  int room;  // a power of two, twice k at least
};

// The sum of `value` over the block; `cell` is shared and free.
__device__ __forceinline__ unsigned block_sum(unsigned value, unsigned *cell) {
  __syncthreads();
  if (threadIdx.x == 0) *cell = 0;
  __syncthreads();
  value = __reduce_add_sync(kAll, value);
  if (threadIdx.x % 32 == 0) atomicAdd(cell, value);
  __syncthreads();
  return *cell;
}

// Sorts room entries, the best first, equal scores by index.
__device__ __forceinline__ void sort(float *scores, int64_t *indices, int room) {
  for (int size = 2; size <= room; size *= 2)
    for (int step = size / 2; step; step /= 2) {
      __syncthreads();
      for (int i = static_cast<int>(threadIdx.x); i < room / 2; i += kThreads) {
        int a = i / step * 2 * step + i % step, b = a + step;
        bool before = scores[a] > scores[b] || (scores[a] == scores[b] && indices[a] < indices[b]);
        if (before == ((a & size) == 0)) continue;
        float score = scores[a];
        scores[a] = scores[b];
        scores[b] = score;
        int64_t index = indices[a];
        indices[a] = indices[b];
        indices[b] = index;
      }
    }
  __syncthreads();
}

__global__ void __launch_bounds__(kThreads, 8) select_kernel(Work w) {
  int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  int64_t query = blockIdx.x;
  int64_t *indices = shared_memory<int64_t>();
  float *scores = reinterpret_cast<float *>(indices + w.room);
  unsigned *cell = reinterpret_cast<unsigned *>(scores + w.room);
  unsigned *filled = cell + 1;
  const Candidates &from = w.from;
  int64_t first_list = query * from.splits;
  auto clear = [&](int begin) {
    for (int i = begin + static_cast<int>(threadIdx.x); i < w.room; i += kThreads) {
      scores[i] = -kInfinity;
      indices[i] = kNobody;
    }
  };
  clear(0);
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < w.k && !w.first; i += kThreads)
    if (w.indices[query * w.k + i] >= 0) {
      scores[i] = w.scores[query * w.k + i];
      indices[i] = w.indices[query * w.k + i];
    }
  if (threadIdx.x == 0) *filled = w.first ? 0u : static_cast<unsigned>(w.k);

  // What k of the candidates are sure to reach.
  unsigned total = 0;
  for (int split = 0; split < from.splits; split++)
    total += static_cast<unsigned>(from.count[first_list + split]);
  float threshold = order_value(from.threshold[query]);
  if (total > static_cast<unsigned>(w.k)) {
    bool exactly;
    uint32_t reached = kth_key(static_cast<unsigned>(w.k), exactly, [&](uint32_t trial) {
      unsigned found = 0;
      for (int split = 0; split < from.splits; split++) {
        int64_t list = (first_list + split) * from.capacity;
        for (int i = static_cast<int>(threadIdx.x); i < from.count[first_list + split];
             i += kThreads)
          found += order_key(from.lower[list + i]) >= trial;
      }
      return block_sum(found, cell);
    });
    if (reached > kLowestKey) threshold = fmaxf(threshold, order_value(reached));
  }
  __syncthreads();

  float query_length = w.query_lengths[query];
  int batch = w.room - w.k;  // what can be taken in before the next sort
  for (int split = 0; split < from.splits; split++) {
    int64_t list = (first_list + split) * from.capacity;
    int entries = from.count[first_list + split];
    for (int begin = 0; begin < entries; begin += batch) {
      __syncthreads();
      unsigned before = *filled;
      __syncthreads();
      if (before + static_cast<unsigned>(batch) > static_cast<unsigned>(w.room)) {
        sort(scores, indices, w.room);
        clear(w.k);
        if (threadIdx.x == 0) *filled = static_cast<unsigned>(w.k);
        __syncthreads();
      }
      int end = begin + batch < entries ? begin + batch : entries;
      for (int i = begin + 32 * warp; i < end; i += kThreads) {
        bool may = i + lane < end && !(from.upper[list + i + lane] < threshold);
        unsigned left = __ballot_sync(kAll, may);
        for (; left; left &= left - 1) {
          int32_t row = from.index[list + i + __ffs(static_cast<int>(left)) - 1];
          float score = exact_score(w.queries, query, query_length, w.database, row,
                                    w.database_lengths[row], w.metric);
          if (lane == 0) {
            unsigned place = atomicAdd(filled, 1u);
            scores[place] = score;
            indices[place] = w.offset + row;
          }
        }
      }
    }
  }
  __syncthreads();
  sort(scores, indices, w.room);
  for (int i = static_cast<int>(threadIdx.x); i < w.k; i += kThreads) {
    w.indices[query * w.k + i] = indices[i] == kNobody ? -1 : indices[i];
    w.scores[query * w.k + i] = scores[i];
  }
}

// e^((score - best) / temperature), also where the difference is beyond float32's range, or that of
// two equal infinities.
__device__ __forceinline__ float share(float score, float best, float temperature) {
  if (score == best) return 1;
  float exponent = (score - best) / temperature;
  if (exponent < -kMost)
    exponent = static_cast<float>((static_cast<double>(score) - best) / temperature);
  return expf(exponent);
}

// A block a query: weights, then a class a thread.
__global__ void __launch_bounds__(kThreads) vote_kernel(VoteCall v) {
  int64_t query = blockIdx.x;
  const int64_t *indices = v.indices + query * v.k;
  float *scores = v.scores + query * v.k;
  float *weights = shared_memory<float>();
  float *total = weights + v.k;
  const float kNaN = not_a_number();
  // Distances beyond float32's range.
  auto score_of = [&](int i) {
    bool beyond = v.metric == ONELABEL_SQUARED_L2 && scores[i] <= -kMost;
    return beyond ? -kInfinity : scores[i];
  };
  for (int i = static_cast<int>(threadIdx.x); i < v.k; i += kThreads)
    weights[i] = indices[i] < 0 ? 0
                 : v.vote == ONELABEL_POSITIVE_SCORE
                     ? fmaxf(scores[i], 0.f)
                     : share(score_of(i), score_of(0), v.temperature);
  __syncthreads();
  if (threadIdx.x < 32) {
    float sum = 0;
    for (int i = static_cast<int>(threadIdx.x); i < v.k; i += 32) sum += weights[i];
    sum = warp_sum(sum);
    if (threadIdx.x == 0) *total = v.vote == ONELABEL_SOFTMAX_SCORE && sum > 0 ? 1 / sum : 1;
  }
  __syncthreads();
  float length = v.query_lengths[query];
  for (int c = static_cast<int>(threadIdx.x); v.votes && c < v.classes; c += kThreads) {
    float sum = 0;
    for (int i = 0; i < v.k && indices[i] >= 0; i++) {
      float weight = weights[i] * *total;
      if (weight == 0) continue;
      if (v.label_kind == ONELABEL_SOFT_LABELS)
        sum += weight * static_cast<const float *>(v.labels)[indices[i] * v.classes + c];
      else
        sum += static_cast<const uint8_t *>(v.labels)[indices[i]] == c ? weight : 0;
    }
    v.votes[query * v.classes + c] = length == length ? sum : kNaN;
  }
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < v.k; i += kThreads)
    scores[i] = indices[i] < 0                    ? kNaN
                : v.metric == ONELABEL_SQUARED_L2 ? 0.f - score_of(i)
                                                  : scores[i];
}

}  // namespace

void select(const Rows &queries, const float *query_lengths, const Rows &database,
            const float *database_lengths, int32_t metric, int32_t k, int64_t offset,
            const Candidates &candidates, bool first, int64_t *indices, float *scores,
            cudaStream_t stream) {
  int room = 128;
  while (room < 2 * k) room *= 2;
  launch(select_kernel, dim3(static_cast<unsigned>(queries.count)), dim3(kThreads),
         static_cast<size_t>(room) * 12 + 8, stream,
         Work{queries, query_lengths, database, database_lengths, metric, k, offset, candidates,
              first, indices, scores, room});
}

void vote(const VoteCall &call, cudaStream_t stream) {
  launch(vote_kernel, dim3(static_cast<unsigned>(call.queries)), dim3(kThreads),
         static_cast<size_t>(call.k + 1) * sizeof(float), stream, call);
}

}  // namespace cuda
}  // namespace onelabel
