// A stream with what its copies need; memory that is freed in the stream's order.
#pragma once

#include <cstring>
#include <utility>

#include "device.h"

namespace onelabel {
namespace cuda {

// Whether a pointer is the device's.
inline bool on_device(const void *pointer) {
  if (!pointer) return false;
  cudaPointerAttributes attributes{};
  if (cudaPointerGetAttributes(&attributes, pointer) != cudaSuccess) {
    cudaGetLastError();
    return false;
  }
  return attributes.type == cudaMemoryTypeDevice || attributes.type == cudaMemoryTypeManaged;
}

// Copies through two pinned buffers: one is filled or emptied while the other travels.
class Lane {
 public:
  Lane() { check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking)); }
  ~Lane() {
    cudaStreamSynchronize(stream);
    for (Pinned &pinned : pinned_) {
      if (pinned.bytes) cudaFreeHost(pinned.bytes);
      if (pinned.free) cudaEventDestroy(pinned.free);
    }
    cudaStreamDestroy(stream);
  }
  Lane(const Lane &) = delete;
  Lane &operator=(const Lane &) = delete;

  // Rows of host memory, `pitch` bytes apart, to rows of device memory without gaps. The host's may
  // be reused on return.
  void upload(void *to, const void *from, int64_t rows, int64_t row_bytes, int64_t pitch) {
    pieces(
        rows, row_bytes,
        [&](Pinned &pinned, int64_t first, int64_t count, int64_t begin, int64_t bytes) {
          wait(pinned);
          for (int64_t row = 0; row < count; row++)
            std::memcpy(pinned.bytes + row * bytes,
                        static_cast<const char *>(from) + (first + row) * pitch + begin,
                        static_cast<size_t>(bytes));
          check(cudaMemcpyAsync(static_cast<char *>(to) + first * row_bytes + begin, pinned.bytes,
                                static_cast<size_t>(count * bytes), cudaMemcpyDefault, stream));
          check(cudaEventRecord(pinned.free, stream));
        });
  }

  // The way back; returns when the host's memory is written.
  void download(void *to, const void *from, int64_t rows, int64_t row_bytes, int64_t pitch) {
    struct Travelling {
      Pinned *pinned = nullptr;
      int64_t first = 0, count = 0, begin = 0, bytes = 0;
    } last;
    auto land = [&](const Travelling &piece) {
      if (!piece.pinned) return;
      wait(*piece.pinned);
      for (int64_t row = 0; row < piece.count; row++)
        std::memcpy(static_cast<char *>(to) + (piece.first + row) * pitch + piece.begin,
                    piece.pinned->bytes + row * piece.bytes, static_cast<size_t>(piece.bytes));
    };
    pieces(rows, row_bytes,
           [&](Pinned &pinned, int64_t first, int64_t count, int64_t begin, int64_t bytes) {
             wait(pinned);
             check(cudaMemcpyAsync(pinned.bytes,
                                   static_cast<const char *>(from) + first * row_bytes + begin,
                                   static_cast<size_t>(count * bytes), cudaMemcpyDefault, stream));
             check(cudaEventRecord(pinned.free, stream));
             land(std::exchange(last, Travelling{&pinned, first, count, begin, bytes}));
           });
    land(last);
  }

  void synchronise() { check(cudaStreamSynchronize(stream)); }

  cudaStream_t stream = nullptr;

 private:
  static constexpr int64_t kPinnedBytes = 8 << 20;

  struct Pinned {
    char *bytes = nullptr;
    cudaEvent_t free = nullptr;
  };

  void wait(Pinned &pinned) {
    if (!pinned.bytes) {
      check(cudaMallocHost(reinterpret_cast<void **>(&pinned.bytes), kPinnedBytes));
      check(cudaEventCreateWithFlags(&pinned.free, cudaEventDisableTiming));
    } else {
      check(cudaEventSynchronize(pinned.free));
    }
  }

  // Calls piece(pinned, first row, rows, first byte of the rows, bytes of each) for what fits.
  template <typename Piece>
  void pieces(int64_t rows, int64_t row_bytes, Piece piece) {
    if (row_bytes == 0) return;
    auto next = [&]() -> Pinned & { return pinned_[turn_ ^= 1]; };
    if (row_bytes <= kPinnedBytes) {
      int64_t step = kPinnedBytes / row_bytes;
      for (int64_t row = 0; row < rows; row += step)
        piece(next(), row, rows - row < step ? rows - row : step, 0, row_bytes);
      return;
    }
    for (int64_t row = 0; row < rows; row++)
      for (int64_t begin = 0; begin < row_bytes; begin += kPinnedBytes)
        piece(next(), row, 1, begin,
              row_bytes - begin < kPinnedBytes ? row_bytes - begin : kPinnedBytes);
  }

  Pinned pinned_[2];
  int turn_ = 0;
};

// Device memory for the length of a call, in the order of a stream.
template <typename Value>
class DeviceArray {
 public:
  DeviceArray() = default;
  DeviceArray(int64_t count, cudaStream_t stream) : stream_(stream) {
    if (count > 0)
      check(cudaMallocAsync(reinterpret_cast<void **>(&values_),
                            static_cast<size_t>(count) * sizeof(Value), stream));
  }
  DeviceArray(DeviceArray &&other) noexcept { *this = std::move(other); }
  DeviceArray &operator=(DeviceArray &&other) noexcept {
    std::swap(values_, other.values_);
    std::swap(stream_, other.stream_);
    return *this;
  }
  ~DeviceArray() {
    if (values_) cudaFreeAsync(values_, stream_);
  }

  Value *get() const { return values_; }

  // Leaves the memory to the driver.
  void abandon() { values_ = nullptr; }

 private:
  Value *values_ = nullptr;
  cudaStream_t stream_ = nullptr;
};

// An input on the device: where it is, or a copy.
template <typename Value>
class Input {
 public:
  Input(Lane &lane, const Value *values, int64_t count) : values_(values) {
    if (!values || on_device(values)) return;
    copy_ = DeviceArray<Value>(count, lane.stream);
    lane.upload(copy_.get(), values, 1, count * static_cast<int64_t>(sizeof(Value)), 0);
    values_ = copy_.get();
  }
  const Value *get() const { return values_; }

 private:
  const Value *values_;
  DeviceArray<Value> copy_;
};

// An output on the device: where the caller wants it, or on the way there.
template <typename Value>
class Output {
 public:
  Output(Lane &lane, Value *values, int64_t count) : lane_(lane), values_(values), count_(count) {
    if (!values || on_device(values)) return;
    copy_ = DeviceArray<Value>(count, lane.stream);
  }
  Value *get() const { return copy_.get() ? copy_.get() : values_; }
  void finish() {
    if (copy_.get())
      lane_.download(values_, copy_.get(), 1, count_ * static_cast<int64_t>(sizeof(Value)), 0);
  }

 private:
  Lane &lane_;
  Value *values_;
  int64_t count_;
  DeviceArray<Value> copy_;
};

}  // namespace cuda
}  // namespace onelabel
