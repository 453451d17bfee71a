// The search on one device: the database passes through in panels, prepared and filtered while the
// next one is copied.
#include <algorithm>

#include "cuda_context.h"
#include "knn.h"

namespace onelabel {
namespace cuda {
namespace {

constexpr int64_t kCandidateBytes = 256 << 20;

Prepared from_row(Prepared prepared, int64_t first, int64_t count) {
  prepared.halves += first * prepared.columns;
  prepared.bounds += first;
  prepared.lengths += first;
  prepared.padded = whole_tiles(count);
  return prepared;
}

// A panel of the database on the device.
struct Panel {
  DeviceArray<char> copy;
  cudaEvent_t copied = nullptr, used = nullptr;
  Panel() {
    check(cudaEventCreateWithFlags(&copied, cudaEventDisableTiming));
    check(cudaEventCreateWithFlags(&used, cudaEventDisableTiming));
  }
  ~Panel() {
    cudaEventDestroy(copied);
    cudaEventDestroy(used);
  }
};

// Rows and what was prepared of them.
struct Side {
  Rows rows;
  Prepared prepared;
};

// All queries against one panel, whose row 0 is `first`, in portions whose candidates fit into a
// fixed room.
void score_panel(Device &device, const KnnCall &call, const Side &queries, const Side &database,
                 const int64_t *excluded, int64_t first, bool first_panel, KnnResult &result) {
  cudaStream_t stream = device.lanes[0]->stream;
  int32_t capacity = candidate_capacity(call.k);
  int64_t tiles = database.prepared.padded / kTile;
  int64_t query_tiles = std::max<int64_t>(queries.prepared.padded / kTile, 1);
  int64_t splits =
      std::clamp<int64_t>(device.multiprocessors / query_tiles, 1, std::max<int64_t>(1, tiles / 4));
  int64_t portion =
      std::max<int64_t>(kTile, kCandidateBytes / (16 * capacity * splits) / kTile * kTile);
  portion = std::min(portion, queries.prepared.padded);
  int64_t entries = portion * splits * capacity;
  DeviceArray<float> lower(entries, stream), upper(entries, stream), exact(entries, stream);
  DeviceArray<int32_t> index(entries, stream), counts(portion * splits, stream);
  DeviceArray<uint32_t> thresholds(portion, stream);
  Candidates candidates{static_cast<int32_t>(splits),
                        capacity,
                        lower.get(),
                        upper.get(),
                        exact.get(),
                        index.get(),
                        counts.get(),
                        thresholds.get()};
  for (int64_t q = 0; q < call.query_count; q += portion) {
    int64_t queries_here = std::min(portion, call.query_count - q);
    Rows some = from_row(queries.rows, q, queries_here);
    Prepared prepared = from_row(queries.prepared, q, queries_here);
    // The key of minus infinity is 0x007fffff; a smaller one would read as NaN.
    reset(thresholds.get(), kLowestKey, portion, stream);
    filter(some, prepared, database.rows, database.prepared, call.metric, call.k,
           excluded ? excluded + 2 * q : nullptr, first, candidates, device.architecture / 10 == 9,
           device.most_shared, stream);
    select(some, prepared.lengths, database.rows, database.prepared.lengths, call.metric, call.k,
           first, candidates, first_panel, result.indices.get() + q * call.k,
           result.scores.get() + q * call.k, stream);
  }
}

}  // namespace

KnnResult search(Device &device, const KnnCall &call, int64_t begin, int64_t end, bool count,
                 const Cancellation &cancellation) {
  Lane &lane = *device.lanes[0], &copies = *device.lanes[1];
  cudaStream_t stream = lane.stream;
  int64_t element = bytes_of(call.type);
  int64_t columns = prepared_columns(call.dimension);
  KnnResult result{DeviceArray<int64_t>(call.query_count * call.k, stream),
                   DeviceArray<float>(call.query_count * call.k, stream), DeviceArray<float>(), 0,
                   0};
  DeviceArray<unsigned long long> invalid(2, stream);
  check(cudaMemsetAsync(invalid.get(), 0, 2 * sizeof(unsigned long long), stream));

  // Queries, whole.
  Rows queries{call.queries, call.type, call.query_count, call.query_stride, call.dimension};
  DeviceArray<char> query_copy;
  if (call.dimension > 0 && !on_device(call.queries)) {
    query_copy = DeviceArray<char>(call.query_count * call.dimension * element, stream);
    lane.upload(query_copy.get(), call.queries, call.query_count, call.dimension * element,
                call.query_stride * element);
    queries.values = query_copy.get();
    queries.stride = call.dimension;
  }
  Input<uint8_t> allowed(lane, call.allowed, (call.database_count + 7) / 8);
  Input<int64_t> excluded(lane, call.excluded, 2 * call.query_count);
  PreparedArrays query_arrays(call.query_count, columns, true, stream);
  Prepared prepared_queries = query_arrays.of(call.query_count, columns);

  // Panels of the database: two copies and one prepared at a time, in half of what is free.
  bool resident = call.dimension == 0 || on_device(call.database);
  int64_t row_bytes = call.dimension * element;
  size_t free_bytes = 0, all_bytes = 0;
  check(cudaMemGetInfo(&free_bytes, &all_bytes));
  int64_t fits = static_cast<int64_t>(free_bytes / 2) /
                 (2 * (resident ? 0 : row_bytes) + 2 * columns + 64) / kTile * kTile;
  int64_t step = std::clamp<int64_t>(whole_tiles(end - begin), kTile,
                                     std::clamp<int64_t>(fits, kTile, int64_t{1} << 30));
  PreparedArrays row_arrays(std::min(step, std::max<int64_t>(end - begin, 1)), columns, false,
                            stream);
  Panel panels[2];

  DeviceArray<float> centre_array;

  for (int64_t first = begin; first < end || first == begin; first += step) {
    cancellation.check();
    bool last_panel = first + step >= end;
    int64_t rows_here = std::max<int64_t>(std::min(step, end - first), 0);
    Rows database{call.database, call.type, rows_here, call.database_stride, call.dimension};
    Panel &panel = panels[(first - begin) / step % 2];
    if (resident) {
      database = from_row(
          {call.database, call.type, call.database_count, call.database_stride, call.dimension},
          first, rows_here);
    } else {
      if (!panel.copy.get())
        panel.copy = DeviceArray<char>(std::min(step, end - begin) * row_bytes, copies.stream);
      if (first - begin >= 2 * step) check(cudaStreamWaitEvent(copies.stream, panel.used, 0));
      copies.upload(
          panel.copy.get(),
          static_cast<const char *>(call.database) + first * call.database_stride * element,
          rows_here, row_bytes, call.database_stride * element);
      check(cudaEventRecord(panel.copied, copies.stream));
      check(cudaStreamWaitEvent(stream, panel.copied, 0));
      database.values = panel.copy.get();
      database.stride = call.dimension;
    }
    if (first == begin) {
      if (call.metric == ONELABEL_SQUARED_L2 && call.dimension > 0) {
        centre_array = DeviceArray<float>(call.dimension, stream);
        centre(database, centre_array.get(), stream);
      }
      prepare(queries, call.metric, centre_array.get(), nullptr, 0, true, prepared_queries,
              invalid.get(), stream);
    }
    Prepared prepared_rows = row_arrays.of(rows_here, columns);
    prepare(database, call.metric, centre_array.get(), allowed.get(), first, false, prepared_rows,
            invalid.get() + 1, stream);

    score_panel(device, call, {queries, prepared_queries}, {database, prepared_rows},
                excluded.get(), first, first == begin, result);
    if (!resident) check(cudaEventRecord(panel.used, stream));
    if (last_panel) break;
  }
  // The copies are freed on their own stream, after what reads them.
  for (int i = 0; i < 2 && !resident; i++)
    if (panels[i].copy.get()) check(cudaStreamWaitEvent(copies.stream, panels[i].used, 0));
  if (count) {
    unsigned long long found[2];
    lane.download(found, invalid.get(), 1, sizeof found, 0);
    result.invalid_queries = static_cast<int64_t>(found[0]);
    result.invalid_rows = static_cast<int64_t>(found[1]);
  }
  result.query_lengths = std::move(query_arrays.lengths);
  return result;
}

}  // namespace cuda
}  // namespace onelabel
