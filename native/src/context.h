// A context: where and how kernels run. One implementation a library; abi.cpp calls it with checked
// arguments.
#pragma once

#include <string>
#include <vector>

#include "calls.h"
#include "cancellation.h"

// Rows that are searched many times.
struct onelabel_database {
  // `home`: only contexts of the same one work with it.
  onelabel_database(const void *home, int64_t dimension, int32_t type, int32_t metric)
      : home(home), dimension(dimension), type(type), metric(metric) {}
  virtual ~onelabel_database() = default;

  const void *const home;
  const int64_t dimension;
  const int32_t type, metric;

  virtual int64_t count() const = 0;
  virtual void append(const void *rows, int64_t count, int64_t stride,
                      const onelabel::Cancellation &cancellation) = 0;
};

struct onelabel_context {
  virtual ~onelabel_context() = default;

  // Its calls end where this says so.
  onelabel::Cancellation cancellation;

  // The library's own: a context with the same threads or devices.
  virtual onelabel_context *share() const = 0;

  virtual const char *isa() const = 0;
  virtual int32_t threads() const = 0;
  // What its databases are made for: an instruction set, or devices.
  virtual const void *home() const = 0;
  virtual onelabel_database *create_database(int64_t dimension, int32_t type, int32_t metric) = 0;
  // Throws where the context is of no use to this process.
  virtual void require_usable() const {}
  // Each pointer is optional.
  virtual void measure_bounds(double *float_operations, double *filter_operations,
                              double *read_bytes) = 0;

  virtual void cosine(const onelabel::CosineCall &call) = 0;
  virtual void upsample(const onelabel::UpsampleCall &call) = 0;
  virtual void entropy(const onelabel::EntropyCall &call) = 0;
  virtual void summary(const onelabel::SummaryCall &call) = 0;
  virtual void knn(const onelabel::KnnCall &call) = 0;
  virtual void range_search(const onelabel::RangeCall &call) = 0;
};

namespace onelabel {

// A mistake of the caller's.
struct Refusal {
  std::string why;
};

// What this machine does not have.
struct Unavailable {
  std::string why;
};

inline void require(bool condition, const char *why) {
  if (!condition) throw Refusal{why};
}

// The library's own.
onelabel_context *create_context(int32_t threads, const char *isa);

// What create_context takes as `isa`, the best first.
std::vector<std::string> isas();

// Prototypes (classes x dimension, on the host) of length 1; zero stays zero. Refuses what is not
// finite.
std::vector<float> unit_prototypes(const float *prototypes, int32_t classes, int64_t dimension);

// On the host.
void summary(const SummaryCall &call, const Cancellation &cancellation);

// The status of `body`, which may throw: nothing gets past.
onelabel_status status_of(void (*body)(void *), void *argument);

template <typename Body>
onelabel_status guarded(Body body) {
  return status_of([](void *argument) { (*static_cast<Body *>(argument))(); }, &body);
}

}  // namespace onelabel
