// A database that is prepared once for many searches.
//
// It is a list of segments, each with what searches made of its rows. An append adds a segment and
// joins it with those before it that are not larger: as in a binary counter there are few segments,
// and a row is moved, and prepared again, as often as the database doubles.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "aligned.h"
#include "context.h"
#include "leaves.h"
#include "parallel.h"
#include "rounded.h"
#include "rows.h"

namespace onelabel {
namespace ONELABEL_TIER {
namespace {

// Made by the first who asks; the others wait. Where making fails the next one tries again.
template <typename Value>
class MadeOnce {
 public:
  template <typename Make>
  const Value &get(Make make) {
    std::lock_guard<std::mutex> one(making_);
    if (!value_) value_ = make();
    return *value_;
  }

 private:
  std::mutex making_;
  std::unique_ptr<const Value> value_;
};

// Rows that do not change, as floats.
class Segment {
 public:
  // Row 0 has the number `first`.
  Segment(Aligned<float> values, int64_t first, int64_t count, int64_t dimension)
      : values_(std::move(values)), rows_{values_.data(), ONELABEL_FLOAT32, count,
                                          dimension,      dimension,        first} {}

  const RowMatrix &rows() const { return rows_; }
  const Aligned<float> &values() const { return values_; }

  // Null where the filter works in float32.
  const RoundedRows *rounded(Parallel &parallel, int32_t metric) {
    if (!in_fixed(rows_.dimension, rows_.count)) return nullptr;
    return &rounded_.get(
        [&] { return std::make_unique<const RoundedRows>(parallel, rows_, metric); });
  }

  const Leaves &leaves(Parallel &parallel) {
    return leaves_.get([&] { return std::make_unique<const Leaves>(parallel, rows_); });
  }

 private:
  const Aligned<float> values_;
  const RowMatrix rows_;
  MadeOnce<RoundedRows> rounded_;
  MadeOnce<Leaves> leaves_;
};

typedef std::vector<std::shared_ptr<Segment>> Segments;

class Database final : public onelabel_database {
 public:
  using onelabel_database::onelabel_database;

  int64_t count() const override { return end_of(segments()); }

  void append(const void *values, int64_t count, int64_t stride,
              const Cancellation &cancellation) override {
    if (count == 0) return;
    std::lock_guard<std::mutex> one(appending_);
    Segments next = segments();
    // Those that are not larger go into the new one.
    int64_t joined = count;
    for (; !next.empty() && next.back()->rows().count <= joined; next.pop_back())
      joined += next.back()->rows().count;
    int64_t first = end_of(next);
    Segments before = segments();
    Aligned<float> rows;
    rows.reserve(elements(joined));
    for (size_t i = next.size(); i < before.size(); i++) {
      cancellation.check();
      const Aligned<float> &old = before[i]->values();
      rows.insert(rows.end(), old.begin(), old.end());
    }
    size_t at = rows.size();
    for_each(count, cancellation, [&](int64_t i) {
      rows.resize(at + static_cast<size_t>(dimension));
      read(values, i * stride, rows.data() + at);
      at = rows.size();
    });
    next.push_back(std::make_shared<Segment>(std::move(rows), first, joined, dimension));
    std::lock_guard<std::mutex> replacing(reading_);
    segments_.swap(next);
  }

  // What there is now.
  Segments segments() const {
    std::lock_guard<std::mutex> one(reading_);
    return segments_;
  }

 private:
  static int64_t end_of(const Segments &segments) {
    return segments.empty() ? 0 : segments.back()->rows().first + segments.back()->rows().count;
  }

  // Values of so many rows; no more than can be addressed.
  size_t elements(int64_t rows) const {
    int64_t values, bytes;
    if (__builtin_mul_overflow(rows, dimension, &values) ||
        __builtin_mul_overflow(values, int64_t{4}, &bytes))
      throw std::bad_alloc();
    return static_cast<size_t>(values);
  }

  // One row, of which all exact scores can be computed: of a cosine a short one is lengthened.
  void read(const void *values, int64_t from, float *to) const {
    read_floats(values, type, from, dimension, to);
    if (metric != ONELABEL_COSINE || ordinary(squared_length(to, dimension))) return;
    double exact = exact_square(to, dimension);
    if (exact > 0 && exact < kLeastSquare) lengthen(to, dimension, exact, to);
  }

  std::mutex appending_;
  mutable std::mutex reading_;  // held while segments_ is read or replaced
  Segments segments_;
};

}  // namespace
}  // namespace ONELABEL_TIER
}  // namespace onelabel
