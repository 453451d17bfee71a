// A database in the memory of a context's first device, in the type of its rows.
#include <algorithm>
#include <cstdint>
#include <mutex>
#include <new>
#include <utility>

#include "cuda_context.h"
#include "process.h"

namespace onelabel {
namespace cuda {

DeviceDatabase::DeviceDatabase(std::shared_ptr<Devices> devices, int64_t dimension, int32_t type,
                               int32_t metric)
    : onelabel_database(devices.get(), dimension, type, metric), devices_(std::move(devices)) {}

DeviceDatabase::~DeviceDatabase() {
  // Nothing of the driver's may be touched in a forked child.
  if (devices_->generation != process_generation()) {
    rows_.abandon();
    return;
  }
  cudaSetDevice(device().ordinal);
}

void DeviceDatabase::append(const void *rows, int64_t added, int64_t stride,
                            const Cancellation &cancellation) {
  std::lock_guard<std::mutex> turn(devices_->turn);
  cancellation.check();
  device().use();
  Lane &lane = *device().lanes[0];
  int64_t row_bytes = dimension * bytes_of(type), count = count_.load(), total, bytes;
  if (__builtin_add_overflow(count, added, &total) ||
      __builtin_mul_overflow(total, std::max<int64_t>(1, row_bytes), &bytes))
    throw std::bad_alloc();
  // Twice the room, so that a row is moved as often as the database doubles.
  if (total > room_) {
    int64_t room = std::max(total, 2 * room_);
    DeviceArray<char> larger(room * row_bytes, lane.stream);
    if (count * row_bytes > 0)
      check(cudaMemcpyAsync(larger.get(), rows_.get(), static_cast<size_t>(count * row_bytes),
                            cudaMemcpyDefault, lane.stream));
    std::swap(rows_, larger);
    room_ = room;
  }
  char *to = rows_.get() + count * row_bytes;
  int64_t pitch = stride * bytes_of(type);
  if (on_device(rows) && added * row_bytes > 0)
    check(cudaMemcpy2DAsync(to, static_cast<size_t>(row_bytes), rows, static_cast<size_t>(pitch),
                            static_cast<size_t>(row_bytes), static_cast<size_t>(added),
                            cudaMemcpyDefault, lane.stream));
  else
    lane.upload(to, rows, added, row_bytes, pitch);
  // The caller may overwrite its rows, and other streams read these.
  lane.synchronise();
  count_ = total;
}

}  // namespace cuda
}  // namespace onelabel
