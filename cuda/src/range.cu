// All rows within a radius on one device: a block a query scores every row in float32, first to
// count, then, where there is room, to write. The database passes through in panels.
#include <algorithm>
#include <vector>

#include "cuda_context.h"
#include "knn.h"

namespace onelabel {
namespace cuda {
namespace {

constexpr int kWarps = 8;

struct Work {
  Rows queries;
  const float *query_lengths;
  Rows database;
  const float *database_lengths;
  int32_t metric;
  float radius;
  const uint8_t *allowed;
  const int64_t *excluded;
  int64_t offset;         // of the panel in the database
  int64_t *filled;        // one a query: rows found in the panels before
  const int64_t *starts;  // NULL: count alone
  int64_t *indices;
  float *scores;
};

// Whether a row is within the radius, and its score as the caller gets it; by a warp.
__device__ __forceinline__ bool within(const Work &w, int64_t query, float length, int64_t row,
                                       float &score) {
  float row_length = w.database_lengths[row];
  int64_t index = w.offset + row;
  if (row_length != row_length) return false;
  if (w.allowed && !(w.allowed[index / 8] >> (index % 8) & 1)) return false;
  if (w.excluded && index >= w.excluded[2 * query] && index < w.excluded[2 * query + 1])
    return false;
  score = exact_score(w.queries, query, length, w.database, row, row_length, w.metric);
  if (w.metric != ONELABEL_SQUARED_L2) return score >= w.radius;
  score = score <= -kMost ? kInfinity : 0.f - score;
  return score <= w.radius;
}

__global__ void __launch_bounds__(32 * kWarps) within_kernel(Work w) {
  int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  int64_t query = blockIdx.x, to = w.filled[query];
  float length = w.query_lengths[query];
  if (length != length) return;
  unsigned *found = shared_memory<unsigned>();
  for (int64_t first = 0; first < w.database.count; first += 32 * kWarps) {
    float score = 0;
    bool hit = false;  // the lane's row
    for (int j = 0; j < 32; j++) {
      int64_t row = first + 32 * warp + j;
      float any = 0;
      bool is_within = row < w.database.count && within(w, query, length, row, any);
      if (lane == j) {
        hit = is_within;
        score = any;
      }
    }
    unsigned hits = __ballot_sync(kAll, hit);
    if (lane == 0) found[warp] = static_cast<unsigned>(__popc(hits));
    __syncthreads();
    int64_t before = __popc(hits & ((1u << lane) - 1));
    for (int i = 0; i < warp; i++) before += found[i];
    if (hit && w.starts) {
      int64_t at = w.starts[query] + to + before;
      if (w.indices) w.indices[at] = w.offset + first + 32 * warp + lane;
      if (w.scores) w.scores[at] = score;
    }
    for (int i = 0; i < kWarps; i++) to += found[i];
    __syncthreads();
  }
  if (threadIdx.x == 0) w.filled[query] = to;
}

// Rows of the host, or of the device: those there are without a copy.
class Panels {
 public:
  Panels(Lane &lane, const void *values, int32_t type, int64_t count, int64_t stride,
         int64_t dimension, int64_t step)
      : lane_(lane), all_{values, type, count, stride, dimension} {
    bool resident = dimension == 0 || on_device(values);
    if (!resident) copy_ = DeviceArray<char>(step * dimension * bytes_of(type), lane.stream);
  }

  // Rows first..first+count-1, until the next are asked for.
  Rows get(int64_t first, int64_t count) {
    Rows rows = from_row(all_, first, count);
    if (!copy_.get()) return rows;
    int64_t element = bytes_of(rows.type);
    if (first != held_)
      lane_.upload(copy_.get(), rows.values, count, rows.dimension * element,
                   rows.stride * element);
    held_ = first;
    return {copy_.get(), rows.type, count, rows.dimension, rows.dimension};
  }

 private:
  Lane &lane_;
  Rows all_;
  DeviceArray<char> copy_;
  int64_t held_ = -1;
};

// Rows of a panel of the database, so that a copy and what is prepared fit into half of what is
// free.
int64_t panel_rows(const RangeCall &call, int64_t columns) {
  size_t free_bytes = 0, all_bytes = 0;
  check(cudaMemGetInfo(&free_bytes, &all_bytes));
  int64_t fits = static_cast<int64_t>(free_bytes / 2) /
                 (call.dimension * bytes_of(call.type) + 2 * columns + 64);
  return std::clamp<int64_t>(whole_tiles(call.database_count), kTile,
                             std::clamp<int64_t>(fits / kTile * kTile, kTile, int64_t{1} << 30));
}

}  // namespace

void range_search(Device &device, const RangeCall &call, const Cancellation &cancellation) {
  Lane &lane = *device.lanes[0];
  cudaStream_t stream = lane.stream;
  int64_t columns = prepared_columns(call.dimension), count = call.query_count;
  DeviceArray<unsigned long long> invalid(4, stream);  // the last two are counted a second time
  check(cudaMemsetAsync(invalid.get(), 0, 4 * sizeof(unsigned long long), stream));
  Input<uint8_t> allowed(lane, call.allowed, (call.database_count + 7) / 8);
  Input<int64_t> excluded(lane, call.excluded, 2 * count);

  Panels query_panel(lane, call.queries, call.type, count, call.query_stride, call.dimension,
                     count);
  Rows queries = query_panel.get(0, count);
  PreparedArrays query_arrays(count, columns, true, stream);
  prepare(queries, call.metric, nullptr, nullptr, 0, true, query_arrays.of(count, columns),
          invalid.get(), stream);

  int64_t step = panel_rows(call, columns);
  Panels panels(lane, call.database, call.type, call.database_count, call.database_stride,
                call.dimension, std::min(step, call.database_count));
  PreparedArrays row_arrays(std::min(step, call.database_count), columns, false, stream);
  DeviceArray<int64_t> filled(count, stream);
  auto pass = [&](const int64_t *from, int64_t *indices, float *scores) {
    check(cudaMemsetAsync(filled.get(), 0, static_cast<size_t>(count) * 8, stream));
    for (int64_t first = 0; first < call.database_count; first += step) {
      cancellation.check();
      int64_t rows_here = std::min(step, call.database_count - first);
      Rows database = panels.get(first, rows_here);
      Prepared prepared = row_arrays.of(rows_here, columns);
      prepare(database, call.metric, nullptr, nullptr, first, false, prepared,
              invalid.get() + (from ? 3 : 1), stream);
      launch(within_kernel, dim3(static_cast<unsigned>(count)), dim3(32 * kWarps),
             kWarps * sizeof(unsigned), stream,
             Work{queries, query_arrays.lengths.get(), database, prepared.lengths, call.metric,
                  call.radius, allowed.get(), excluded.get(), first, filled.get(), from, indices,
                  scores});
    }
  };

  pass(nullptr, nullptr, nullptr);
  std::vector<int64_t> ends(static_cast<size_t>(count) + 1);
  lane.download(ends.data() + 1, filled.get(), 1, 8 * count, 0);
  for (size_t i = 1; i < ends.size(); i++) ends[i] += ends[i - 1];
  Output<int64_t> starts_out(lane, call.starts, count + 1);
  lane.upload(starts_out.get(), ends.data(), 1, 8 * (count + 1), 0);
  starts_out.finish();
  int64_t total = ends.back();
  if (total > 0 && total <= call.capacity && (call.indices || call.scores)) {
    Output<int64_t> indices(lane, call.indices, total);
    Output<float> scores(lane, call.scores, total);
    pass(starts_out.get(), indices.get(), scores.get());
    indices.finish();
    scores.finish();
  }
  if (call.invalid) {
    unsigned long long found[2];
    lane.download(found, invalid.get(), 1, sizeof found, 0);
    call.invalid[0] = static_cast<int64_t>(found[0]);
    call.invalid[1] = static_cast<int64_t>(found[1]);
  }
}

}  // namespace cuda
}  // namespace onelabel
