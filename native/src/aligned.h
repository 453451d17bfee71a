// Arrays that begin at a cache line: a register that lies across two lines is read at half speed.
// Large ones lie in large pages: where small ones are not known to the processor any more, finding
// them takes longer than reading them.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <vector>

namespace onelabel {

template <typename Value>
struct CacheLines {
  typedef Value value_type;

  CacheLines() = default;
  template <typename Other>
  CacheLines(const CacheLines<Other> &) {}

  Value *allocate(size_t count) {
    if (count > static_cast<size_t>(-1) / sizeof(Value)) throw std::bad_alloc();
    size_t bytes = count * sizeof(Value);
    void *values = ::operator new(bytes, alignment(count));
    // Without them it works as well, slower.
    if (bytes >= kLarge) madvise(values, bytes, MADV_HUGEPAGE);
    return static_cast<Value *>(values);
  }
  void deallocate(Value *values, size_t count) { ::operator delete(values, alignment(count)); }

  bool operator==(const CacheLines &) const { return true; }
  bool operator!=(const CacheLines &) const { return false; }

 private:
  static constexpr size_t kPage = size_t{2} << 20, kLarge = 2 * kPage;

  static std::align_val_t alignment(size_t count) {
    return std::align_val_t{count * sizeof(Value) >= kLarge ? kPage : 64};
  }
};

template <typename Value>
using Aligned = std::vector<Value, CacheLines<Value>>;

}  // namespace onelabel
