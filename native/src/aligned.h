// Arrays that begin at a cache line: a register that lies across two lines is read at half speed.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace onelabel {

template <typename Value>
struct CacheLines {
  typedef Value value_type;
  static constexpr std::align_val_t kAlignment{64};

  CacheLines() = default;
  template <typename Other>
  CacheLines(const CacheLines<Other> &) {}

  Value *allocate(size_t count) {
    if (count > static_cast<size_t>(-1) / sizeof(Value)) throw std::bad_alloc();
    return static_cast<Value *>(::operator new(count * sizeof(Value), kAlignment));
  }
  void deallocate(Value *values, size_t) { ::operator delete(values, kAlignment); }

  bool operator==(const CacheLines &) const { return true; }
  bool operator!=(const CacheLines &) const { return false; }
};

template <typename Value>
using Aligned = std::vector<Value, CacheLines<Value>>;

}  // namespace onelabel
