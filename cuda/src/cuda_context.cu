// Devices, and calls on voxels and vectors: where arrays lie on the host, they pass through the
// device in panels, on two lanes in turn.
#include <algorithm>
#include <exception>
#include <system_error>
#include <thread>

#include "cuda_context.h"
#include "knn.h"
#include "process.h"

namespace onelabel {
namespace cuda {
namespace {

constexpr int64_t kPanelBytes = 64 << 20;

std::string version(int number) {
  return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
}

int device_count() {
  int count = 0, driver = 0;
  cudaError_t error = cudaGetDeviceCount(&count);
  if (error == cudaSuccess && count > 0) return count;
  cudaGetLastError();
  std::string why = "there is no CUDA device";
  if (cudaDriverGetVersion(&driver) == cudaSuccess && driver == 0)
    why += ": no NVIDIA driver is installed";
  else if (error == cudaErrorInsufficientDriver)
    why += ": the NVIDIA driver speaks CUDA " + version(driver) + ", the kernels need " +
           version(CUDART_VERSION / 1000 * 1000);
  else if (error != cudaSuccess && error != cudaErrorNoDevice)
    why += std::string(": ") + cudaGetErrorString(error);
  throw Unavailable{why};
}

std::vector<int> parse(const char *wish) {
  int count = device_count();
  std::string text = wish && *wish ? wish : "0";
  std::vector<int> ordinals;
  if (text == "all") {
    for (int i = 0; i < count; i++) ordinals.push_back(i);
    return ordinals;
  }
  for (size_t begin = 0; begin <= text.size();) {
    size_t end = std::min(text.find(',', begin), text.size());
    std::string number = text.substr(begin, end - begin);
    bool digits = !number.empty() && number.size() < 4 &&
                  number.find_first_not_of("0123456789") == std::string::npos;
    int ordinal = digits ? std::stoi(number) : -1;
    if (ordinal < 0 || ordinal >= count ||
        std::find(ordinals.begin(), ordinals.end(), ordinal) != ordinals.end())
      throw Unavailable{"device \"" + text + "\" is not available; there are 0 to " +
                        std::to_string(count - 1) + ", several separated by commas, or all"};
    ordinals.push_back(ordinal);
    begin = end + 1;
  }
  return ordinals;
}

// Counts up on the device; read at the end.
class Counter {
 public:
  explicit Counter(Lane &lane) : lane_(lane), count_(1, lane.stream) {
    check(cudaMemsetAsync(count_.get(), 0, sizeof(unsigned long long), lane.stream));
  }
  unsigned long long *get() const { return count_.get(); }
  int64_t read() {
    unsigned long long count = 0;
    lane_.download(&count, count_.get(), 1, sizeof count, 0);
    return static_cast<int64_t>(count);
  }

 private:
  Lane &lane_;
  DeviceArray<unsigned long long> count_;
};

// A panel's share of an output: `streams` rows of the caller's that are `pitch` elements long.
template <typename Value>
class PanelOutput {
 public:
  PanelOutput(Lane &lane, Value *values, int64_t streams, int64_t pitch, int64_t first,
              int64_t count)
      : lane_(&lane), streams_(streams), pitch_(pitch), count_(count) {
    if (!values) return;
    to_ = values + first;
    copy_ = DeviceArray<Value>(streams * count, lane.stream);
  }
  Value *get() const { return copy_.get(); }
  void finish() {
    int64_t bytes = count_ * static_cast<int64_t>(sizeof(Value));
    int64_t pitch = pitch_ * static_cast<int64_t>(sizeof(Value));
    if (on_device(to_))
      check(cudaMemcpy2DAsync(to_, static_cast<size_t>(pitch), copy_.get(),
                              static_cast<size_t>(bytes), static_cast<size_t>(bytes),
                              static_cast<size_t>(streams_), cudaMemcpyDefault, lane_->stream));
    else if (to_)
      lane_->download(to_, copy_.get(), streams_, bytes, pitch);
  }

 private:
  Lane *lane_;
  int64_t streams_, pitch_, count_;
  Value *to_ = nullptr;
  DeviceArray<Value> copy_;
};

// Calls start(lane, first, count) for panels of `step` of begin..end, on two lanes in turn; what it
// returns is finished (finish()) before its lane is used again.
template <typename Start>
void in_panels(Device &device, int64_t begin, int64_t end, int64_t step, Start start) {
  using Panel = decltype(start(*device.lanes[0], begin, step));
  std::unique_ptr<Panel> busy[2];
  int turn = 0;
  for (int64_t first = begin; first < end; first += step, turn ^= 1) {
    if (busy[turn]) busy[turn]->finish();
    busy[turn].reset();
    busy[turn] =
        std::make_unique<Panel>(start(*device.lanes[turn], first, std::min(step, end - first)));
  }
  for (int i = 0; i < 2; i++, turn ^= 1)
    if (busy[turn]) busy[turn]->finish();
}

struct CosinePanel {
  DeviceArray<char> features;
  PanelOutput<float> scores;
  PanelOutput<uint8_t> labels;
  PanelOutput<float> margins;
  void finish() {
    scores.finish();
    labels.finish();
    margins.finish();
  }
};

struct EntropyPanel {
  DeviceArray<float> input;
  PanelOutput<float> mean, entropy;
  PanelOutput<uint8_t> labels;
  PanelOutput<float> information;
  void finish() {
    mean.finish();
    entropy.finish();
    labels.finish();
    information.finish();
  }
};

}  // namespace

Device::Device(int ordinal) : ordinal(ordinal) {
  use();
  auto attribute = [&](cudaDeviceAttr which) {
    int value = 0;
    check(cudaDeviceGetAttribute(&value, which, ordinal));
    return value;
  };
  architecture = 10 * attribute(cudaDevAttrComputeCapabilityMajor) +
                 attribute(cudaDevAttrComputeCapabilityMinor);
  multiprocessors = attribute(cudaDevAttrMultiProcessorCount);
  most_shared = static_cast<size_t>(attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin));
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, ordinal));
  name = properties.name;
  if (architecture < 80)
    throw Unavailable{name + " is too old: it has compute capability " +
                      std::to_string(architecture / 10) + "." + std::to_string(architecture % 10) +
                      ", the kernels need 8.0"};
  // Memory that a call frees is kept for the next one.
  cudaMemPool_t pool;
  uint64_t threshold = ~uint64_t{0};
  check(cudaDeviceGetDefaultMemPool(&pool, ordinal));
  check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold));
  for (auto &lane : lanes) lane = std::make_unique<Lane>();
}

Devices::Devices(const std::vector<int> &ordinals) : generation(process_generation()) {
  for (int ordinal : ordinals) all.push_back(std::make_unique<Device>(ordinal));
  architecture = "sm_" + std::to_string(all.front()->architecture);
}

Context::Context(const std::vector<int> &ordinals)
    : devices_(std::make_shared<Devices>(ordinals)) {}

void Context::require_usable() const {
  if (devices_->generation != process_generation())
    throw Unavailable{"the context is the parent process's: CUDA does not survive a fork"};
}

Devices::~Devices() {
  if (generation != process_generation()) {
    // Nothing of the driver's may be touched.
    for (auto &device : all) (void)device.release();
    return;
  }
  for (auto &device : all) {
    cudaSetDevice(device->ordinal);
    for (auto &lane : device->lanes) lane.reset();
  }
}

template <typename Part>
void Context::split(int64_t count, bool shared, Part part) {
  int64_t parts = shared ? static_cast<int64_t>(devices_->all.size()) : 1;
  if (parts == 1) {
    first().use();
    part(first(), 0, count);
    return;
  }
  std::vector<std::exception_ptr> errors(static_cast<size_t>(parts));
  auto run = [&](int64_t i) {
    try {
      Device &device = *devices_->all[static_cast<size_t>(i)];
      device.use();
      part(device, count * i / parts, count * (i + 1) / parts);
    } catch (...) {
      errors[static_cast<size_t>(i)] = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(static_cast<size_t>(parts));
  for (int64_t i = 0; i < parts; i++) {
    try {
      threads.emplace_back(run, i);
    } catch (const std::system_error &) {
      run(i);  // no thread to be had: one device after the other
    }
  }
  for (std::thread &thread : threads) thread.join();
  for (const std::exception_ptr &error : errors)
    if (error) std::rethrow_exception(error);
}

void Context::measure_bounds(double *float_operations, double *filter_operations,
                             double *read_bytes) {
  std::unique_lock<std::mutex> lock = turn();
  first().use();
  if (float_operations) *float_operations = measure_multiply_adds(first());
  if (filter_operations) *filter_operations = measure_filter_products(first());
  if (read_bytes) *read_bytes = measure_copy(first());
}

void Context::cosine(const CosineCall &call) {
  std::unique_lock<std::mutex> lock = turn();
  std::vector<float> units;
  const float *prototypes = call.prototypes;
  if (!on_device(prototypes)) {
    units = unit_prototypes(prototypes, call.classes, call.dimension);
    prototypes = units.data();
  }
  bool channels = call.layout == ONELABEL_CHANNELS;
  int64_t element = bytes_of(call.type);
  bool resident = on_device(call.features) || call.dimension == 0;
  bool shared = !resident && !on_device(call.prototypes) && !on_device(call.scores) &&
                !on_device(call.labels) && !on_device(call.margins);
  // Labels of many classes are taken from the scores.
  bool needs_scores = call.classes > 32 && (call.labels || call.margins);
  std::mutex adding;
  split(call.count, shared, [&](Device &device, int64_t begin, int64_t end) {
    Lane &lane = *device.lanes[0];
    DeviceArray<float4> packed(packed_prototypes(call.classes, call.dimension, call.layout),
                               lane.stream);
    {
      Input<float> raw(lane, prototypes, call.classes * call.dimension);
      pack_prototypes(raw.get(), call.classes, call.dimension, call.layout, packed.get(),
                      lane.stream);
    }
    Counter invalid(lane);
    if (resident) {
      DeviceArray<float> own_scores(needs_scores && !call.scores ? call.classes * call.count : 0,
                                    lane.stream);
      Output<float> scores(lane, call.scores ? call.scores : own_scores.get(),
                           call.classes * call.count);
      Output<uint8_t> labels(lane, call.labels, call.count);
      Output<float> margins(lane, call.margins, call.count);
      CosineCall there = call;
      there.scores = scores.get();
      there.labels = labels.get();
      there.margins = margins.get();
      onelabel::cuda::cosine(there, packed.get(), call.count, invalid.get(), device.multiprocessors,
                             lane.stream);
      scores.finish();
      labels.finish();
      margins.finish();
    } else {
      lane.synchronise();  // the other lane reads the prototypes, too
      int64_t bytes = std::max<int64_t>(1, call.dimension * element);
      int64_t step = std::max<int64_t>(1024, kPanelBytes / bytes / 1024 * 1024);
      in_panels(device, begin, end, step, [&](Lane &lane, int64_t first, int64_t count) {
        cancellation.check();
        CosinePanel panel{DeviceArray<char>(count * bytes, lane.stream),
                          {lane, call.scores, call.classes, call.count, first, count},
                          {lane, call.labels, 1, call.count, first, count},
                          {lane, call.margins, 1, call.count, first, count}};
        const char *from = static_cast<const char *>(call.features);
        if (channels)
          lane.upload(panel.features.get(), from + first * element, call.dimension, count * element,
                      call.stride * element);
        else
          lane.upload(panel.features.get(), from + first * call.stride * element, count, bytes,
                      call.stride * element);
        DeviceArray<float> own_scores(needs_scores && !call.scores ? call.classes * count : 0,
                                      lane.stream);
        CosineCall there = call;
        there.features = panel.features.get();
        there.count = count;
        there.stride = channels ? count : call.dimension;
        there.scores = call.scores ? panel.scores.get() : own_scores.get();
        there.labels = panel.labels.get();
        there.margins = panel.margins.get();
        onelabel::cuda::cosine(there, packed.get(), count, invalid.get(), device.multiprocessors,
                               lane.stream);
        return panel;
      });
      device.lanes[1]->synchronise();
    }
    if (call.invalid) {
      int64_t found = invalid.read();
      std::lock_guard<std::mutex> one(adding);
      *call.invalid += found;
    }
  });
}

void Context::upsample(const UpsampleCall &call) {
  std::unique_lock<std::mutex> lock = turn();
  first().use();
  Lane &lane = *first().lanes[0];
  int64_t fine = call.out[0] * call.out[1] * call.out[2];
  Input<float> scores(lane, call.scores, call.classes * call.in[0] * call.in[1] * call.in[2]);
  Output<uint8_t> labels(lane, call.labels, fine);
  Output<float> margins(lane, call.margins, fine);
  UpsampleCall there = call;
  there.scores = scores.get();
  there.labels = labels.get();
  there.margins = margins.get();
  onelabel::cuda::upsample(there, lane.stream);
  labels.finish();
  margins.finish();
}

void Context::entropy(const EntropyCall &call) {
  std::unique_lock<std::mutex> lock = turn();
  bool resident = on_device(call.input);
  bool shared = !resident && !on_device(call.mean) && !on_device(call.entropy) &&
                !on_device(call.labels) && !on_device(call.mutual_information);
  std::mutex adding;
  split(call.voxels, shared, [&](Device &device, int64_t begin, int64_t end) {
    Lane &lane = *device.lanes[0];
    Counter invalid(lane);
    if (resident) {
      Output<float> mean(lane, call.mean, call.classes * call.voxels);
      Output<float> entropy(lane, call.entropy, call.voxels);
      Output<uint8_t> labels(lane, call.labels, call.voxels);
      Output<float> information(lane, call.mutual_information, call.voxels);
      EntropyCall there = call;
      there.mean = mean.get();
      there.entropy = entropy.get();
      there.labels = labels.get();
      there.mutual_information = information.get();
      onelabel::cuda::entropy(there, invalid.get(), lane.stream);
      mean.finish();
      entropy.finish();
      labels.finish();
      information.finish();
    } else {
      lane.synchronise();
      int64_t streams = call.passes * call.classes;
      int64_t step = std::max<int64_t>(1024, kPanelBytes / 4 / streams / 1024 * 1024);
      in_panels(device, begin, end, step, [&](Lane &lane, int64_t first, int64_t count) {
        cancellation.check();
        EntropyPanel panel{DeviceArray<float>(streams * count, lane.stream),
                           {lane, call.mean, call.classes, call.voxels, first, count},
                           {lane, call.entropy, 1, call.voxels, first, count},
                           {lane, call.labels, 1, call.voxels, first, count},
                           {lane, call.mutual_information, 1, call.voxels, first, count}};
        lane.upload(panel.input.get(), call.input + first, streams, 4 * count, 4 * call.voxels);
        EntropyCall there{panel.input.get(),
                          call.kind,
                          call.passes,
                          call.classes,
                          count,
                          panel.mean.get(),
                          panel.entropy.get(),
                          panel.labels.get(),
                          panel.information.get(),
                          nullptr};
        onelabel::cuda::entropy(there, invalid.get(), lane.stream);
        return panel;
      });
      device.lanes[1]->synchronise();
    }
    if (call.invalid) {
      int64_t found = invalid.read();
      std::lock_guard<std::mutex> one(adding);
      *call.invalid += found;
    }
  });
}

void Context::summary(const SummaryCall &call) {
  std::unique_lock<std::mutex> lock = turn();
  if (!on_device(call.values)) return onelabel::summary(call, cancellation);
  first().use();
  std::vector<float> values(static_cast<size_t>(call.count));
  first().lanes[0]->download(values.data(), call.values, 1, 4 * call.count, 0);
  SummaryCall here = call;
  here.values = values.data();
  onelabel::summary(here, cancellation);
}

// A search in the rows of a database as one in memory; while it is the call's turn.
template <typename Call>
Call in_memory(const Call &call) {
  Call there = call;
  if (call.prepared) there.database = static_cast<const DeviceDatabase *>(call.prepared)->rows();
  return there;
}

void Context::knn(const KnnCall &given) {
  std::unique_lock<std::mutex> lock = turn();
  const KnnCall call = in_memory(given);
  bool shared = devices_->all.size() > 1 && call.database_count > 1;
  for (const void *array :
       {call.queries, call.database, static_cast<const void *>(call.allowed),
        static_cast<const void *>(call.excluded), static_cast<const void *>(call.indices),
        static_cast<const void *>(call.scores), call.labels, static_cast<const void *>(call.votes)})
    shared = shared && !on_device(array);
  int64_t lists = call.query_count * call.k;
  Lane &lane = *first().lanes[0];
  first().use();
  KnnResult result;
  if (!shared) {
    result = search(first(), call, 0, call.database_count, call.invalid != nullptr, cancellation);
  } else {
    // Every device its rows; the lists are merged here.
    std::vector<int64_t> indices(static_cast<size_t>(lists), -1), part_indices(indices);
    std::vector<float> scores(static_cast<size_t>(lists)), part_scores(scores);
    std::vector<std::pair<float, int64_t>> both;
    std::mutex merging;
    int64_t invalid_rows = 0;
    split(call.database_count, true, [&](Device &device, int64_t begin, int64_t end) {
      KnnResult part = search(device, call, begin, end, true, cancellation);
      std::lock_guard<std::mutex> one(merging);
      Lane &own = *device.lanes[0];
      own.download(part_indices.data(), part.indices.get(), 1, 8 * lists, 0);
      own.download(part_scores.data(), part.scores.get(), 1, 4 * lists, 0);
      invalid_rows += part.invalid_rows;
      for (int64_t first = 0; first < lists; first += call.k) {
        both.clear();
        for (int64_t i = first; i < first + call.k; i++) {
          size_t at = static_cast<size_t>(i);
          if (indices[at] >= 0) both.emplace_back(-scores[at], indices[at]);
          if (part_indices[at] >= 0) both.emplace_back(-part_scores[at], part_indices[at]);
        }
        std::sort(both.begin(), both.end());
        for (int64_t i = 0; i < std::min<int64_t>(call.k, static_cast<int64_t>(both.size())); i++) {
          scores[static_cast<size_t>(first + i)] = -both[static_cast<size_t>(i)].first;
          indices[static_cast<size_t>(first + i)] = both[static_cast<size_t>(i)].second;
        }
      }
      if (&device == &this->first()) result = std::move(part);
    });
    first().use();
    lane.upload(result.indices.get(), indices.data(), 1, 8 * lists, 0);
    lane.upload(result.scores.get(), scores.data(), 1, 4 * lists, 0);
    result.invalid_rows = invalid_rows;
  }
  int64_t labels = call.label_kind == ONELABEL_SOFT_LABELS ? 4 * call.classes * call.database_count
                                                           : call.database_count;
  Input<char> label_input(lane, call.votes ? static_cast<const char *>(call.labels) : nullptr,
                          labels);
  Output<float> votes(lane, call.votes, call.query_count * call.classes);
  vote({call.query_count, call.metric, call.k, call.vote, call.temperature, label_input.get(),
        call.label_kind, call.classes, result.indices.get(), result.scores.get(),
        result.query_lengths.get(), votes.get()},
       lane.stream);
  auto give = [&](auto *to, const auto *from) {
    if (!to) return;
    if (on_device(to))
      check(cudaMemcpyAsync(to, from, static_cast<size_t>(lists) * sizeof *from, cudaMemcpyDefault,
                            lane.stream));
    else
      lane.download(to, from, 1, lists * static_cast<int64_t>(sizeof *from), 0);
  };
  give(call.indices, result.indices.get());
  give(call.scores, result.scores.get());
  votes.finish();
  if (call.invalid) {
    call.invalid[0] = result.invalid_queries;
    call.invalid[1] = result.invalid_rows;
  }
}

void Context::range_search(const RangeCall &call) {
  std::unique_lock<std::mutex> lock = turn();
  first().use();
  onelabel::cuda::range_search(first(), in_memory(call), cancellation);
}

}  // namespace cuda

onelabel_context *create_context(int32_t, const char *isa) {
  return new cuda::Context(cuda::parse(isa));
}

std::vector<std::string> isas() {
  std::vector<std::string> all;
  for (int i = 0; i < cuda::device_count(); i++) all.push_back(std::to_string(i));
  return all;
}

}  // namespace onelabel
