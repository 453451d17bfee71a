// The context of the CUDA library: one device or several.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "context.h"
#include "lane.h"

namespace onelabel {
namespace cuda {

struct Device {
  explicit Device(int ordinal);

  // Makes the device current for the calling thread.
  void use() const { check(cudaSetDevice(ordinal)); }

  int ordinal, architecture, multiprocessors;
  size_t most_shared;
  std::string name;
  // Host arrays pass through both in turn; all else is done on the first.
  std::unique_ptr<Lane> lanes[2];
};

// Devices that contexts share; calls on them are made in turn.
struct Devices {
  explicit Devices(const std::vector<int> &ordinals);
  ~Devices();

  std::vector<std::unique_ptr<Device>> all;
  std::mutex turn;
  std::string architecture;
  const unsigned generation;
};

// Rows in the memory of the first device (database.cu). Calls read them in their turn.
class DeviceDatabase final : public onelabel_database {
 public:
  DeviceDatabase(std::shared_ptr<Devices> devices, int64_t dimension, int32_t type, int32_t metric);
  ~DeviceDatabase() override;

  int64_t count() const override { return count_; }
  void append(const void *rows, int64_t added, int64_t stride,
              const Cancellation &cancellation) override;

  // On the device, without gaps.
  const void *rows() const { return rows_.get(); }

 private:
  const Device &device() const { return *devices_->all.front(); }

  const std::shared_ptr<Devices> devices_;
  std::atomic<int64_t> count_{0};
  int64_t room_ = 0;
  DeviceArray<char> rows_;
};

class Context final : public onelabel_context {
 public:
  explicit Context(const std::vector<int> &ordinals);
  explicit Context(const Context &other) : onelabel_context(), devices_(other.devices_) {}

  onelabel_context *share() const override { return new Context(*this); }
  const char *isa() const override { return devices_->architecture.c_str(); }
  const void *home() const override { return devices_.get(); }
  onelabel_database *create_database(int64_t dimension, int32_t type, int32_t metric) override {
    return new DeviceDatabase(devices_, dimension, type, metric);
  }
  int32_t threads() const override { return static_cast<int32_t>(devices_->all.size()); }
  void require_usable() const override;
  void measure_bounds(double *float_operations, double *filter_operations,
                      double *read_bytes) override;
  void cosine(const CosineCall &call) override;
  void upsample(const UpsampleCall &call) override;
  void entropy(const EntropyCall &call) override;
  void summary(const SummaryCall &call) override;
  void knn(const KnnCall &call) override;
  void range_search(const RangeCall &call) override;

  Device &first() const { return *devices_->all.front(); }
  // Waits for the calls before; throws where this one is cancelled meanwhile.
  std::unique_lock<std::mutex> turn() const {
    std::unique_lock<std::mutex> lock(devices_->turn);
    cancellation.check();
    return lock;
  }

 private:
  // Calls part(device, begin, end) for shares of 0..count, on all devices where `shared`.
  template <typename Part>
  void split(int64_t count, bool shared, Part part);

  std::shared_ptr<Devices> devices_;
};

// Operations and bytes a second of one device (bounds.cu).
double measure_multiply_adds(const Device &device);
double measure_filter_products(const Device &device);
double measure_copy(const Device &device);

// Neighbours among rows begin..end-1 of the database (knn.cu): lists of k as select leaves them.
struct KnnResult {
  DeviceArray<int64_t> indices;
  DeviceArray<float> scores, query_lengths;
  int64_t invalid_queries, invalid_rows;
};
KnnResult search(Device &device, const KnnCall &call, int64_t begin, int64_t end, bool count,
                 const Cancellation &cancellation);

// On one device (range.cu).
void range_search(Device &device, const RangeCall &call, const Cancellation &cancellation);

}  // namespace cuda
}  // namespace onelabel
