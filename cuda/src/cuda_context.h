// The context of the CUDA library: one device or several.
#pragma once

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

class Context final : public onelabel_context {
 public:
  explicit Context(const std::vector<int> &ordinals);
  ~Context() override;

  const char *isa() const override { return architecture_.c_str(); }
  int32_t threads() const override { return static_cast<int32_t>(devices_.size()); }
  void require_usable() const override;
  void measure_bounds(double *float_operations, double *filter_operations,
                      double *read_bytes) override;
  void cosine(const CosineCall &call) override;
  void upsample(const UpsampleCall &call) override;
  void entropy(const EntropyCall &call) override;
  void summary(const SummaryCall &call) override;
  void knn(const KnnCall &call) override;
  void range_search(const RangeCall &call) override;

  Device &first() { return *devices_.front(); }
  const Device &first() const { return *devices_.front(); }
  std::mutex &turn() { return turn_; }

 private:
  // Calls part(device, begin, end) for shares of 0..count, on all devices where `shared`.
  template <typename Part>
  void share(int64_t count, bool shared, Part part);

  std::vector<std::unique_ptr<Device>> devices_;
  std::string architecture_;
  std::mutex turn_;
  unsigned generation_;
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
KnnResult search(Device &device, const KnnCall &call, int64_t begin, int64_t end, bool count);

// On one device (range.cu).
void range_search(Device &device, const RangeCall &call);

}  // namespace cuda
}  // namespace onelabel
