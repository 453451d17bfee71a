// Mean, histogram and exact quantiles of a volume of values, without a copy or a sort.
//
// A rank is found by three passes that count the values by 11, 11 and 10 bits of a key whose order
// is the order of the floats: each pass narrows the key down, the last one is exact.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "context.h"

namespace {

// Unsigned order of the key = order of the value.
uint32_t key(float value) {
  uint32_t raw;
  std::memcpy(&raw, &value, sizeof raw);
  return raw & 0x80000000u ? ~raw : raw | 0x80000000u;
}

float value_of(uint32_t key) {
  uint32_t raw = key & 0x80000000u ? key & 0x7FFFFFFFu : ~key;
  float value;
  std::memcpy(&value, &raw, sizeof value);
  return value;
}

// The value of that rank (0 the smallest) among those that are numbers.
float ranked(const float *values, int64_t count, int64_t rank,
             const onelabel::Cancellation &cancellation) {
  uint32_t prefix = 0, known = 0;
  const int shifts[3] = {21, 10, 0};
  for (int shift : shifts) {
    std::vector<int64_t> counts(static_cast<size_t>(shift == 0 ? 1024 : 2048));
    uint32_t digits = static_cast<uint32_t>(counts.size()) - 1;
    onelabel::for_each(count, cancellation, [&](int64_t i) {
      if (values[i] != values[i]) return;
      uint32_t k = key(values[i]);
      if ((k & known) == prefix) counts[k >> shift & digits]++;
    });
    uint32_t digit = 0;
    while (rank >= counts[digit]) rank -= counts[digit++];
    prefix |= digit << shift;
    known |= digits << shift;
  }
  return value_of(prefix);
}

// The sum of both with weights 1 - share and share, both above 0.
double between(double lower, double upper, double share) {
  bool infinite = !std::isfinite(lower) || !std::isfinite(upper);
  return infinite ? lower + upper : lower + share * (upper - lower);
}

}  // namespace

namespace onelabel {

void summary(const SummaryCall &call, const Cancellation &cancellation) {
  double total = 0;
  int64_t valid = 0;
  if (call.histogram) std::fill(call.histogram, call.histogram + call.bins, 0);
  for_each(call.count, cancellation, [&](int64_t i) {
    double value = call.values[i];
    if (value != value) return;
    valid++;
    total += value;
    if (call.histogram) {
      double place = (value - call.low) / (call.high - call.low) * call.bins;
      call.histogram[place >= call.bins ? call.bins - 1
                     : place > 0        ? static_cast<int32_t>(place)
                                        : 0]++;
    }
  });
  if (call.mean) *call.mean = valid ? total / static_cast<double>(valid) : std::nan("");
  if (call.invalid) *call.invalid = call.count - valid;
  for (int32_t q = 0; q < call.quantile_count; q++) {
    if (!valid) {
      call.quantiles[q] = std::nan("");
      continue;
    }
    double position = call.levels[q] * static_cast<double>(valid - 1);
    int64_t rank = static_cast<int64_t>(position);
    auto value = [&](int64_t at) { return ranked(call.values, call.count, at, cancellation); };
    double lower = value(rank);
    double share = position - static_cast<double>(rank);
    call.quantiles[q] = share > 0 ? between(lower, value(rank + 1), share) : lower;
  }
}

}  // namespace onelabel
