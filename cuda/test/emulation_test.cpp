// What the emulation must find, planted:
//   emulation_test                 all that needs no sanitizer
//   emulation_test out-of-bounds   writes beyond shared memory: AddressSanitizer ends the process
//   emulation_test device-memory   reads beyond device memory: the same
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "device.h"
#include "tensor.h"

namespace {

using namespace onelabel::cuda;

constexpr int kThreads = 64;
int failures = 0;

void check(bool ok, const char *what) {
  if (!ok) failures++;
  std::printf("%s: %s\n", ok ? "ok" : "FAILED", what);
}

// Every thread reads what its neighbour wrote.
void neighbour_kernel(bool with_barrier, float *to) {
  float *shared = shared_memory<float>();
  int own = static_cast<int>(threadIdx.x);
  shared[own] = static_cast<float>(own);
  if (with_barrier) __syncthreads();
  to[own] = shared[own > 0 ? own - 1 : 0];
}

// Whether a launch in that order of threads gives what it should.
bool right(const char *order, bool with_barrier) {
  setenv("ONELABEL_EMULATION_ORDER", order, 1);
  std::vector<float> to(kThreads);
  launch(neighbour_kernel, dim3(1), dim3(kThreads), kThreads * sizeof(float), nullptr, with_barrier,
         to.data());
  unsetenv("ONELABEL_EMULATION_ORDER");
  for (int i = 0; i < kThreads; i++)
    if (!(to[static_cast<size_t>(i)] == static_cast<float>(i > 0 ? i - 1 : 0))) return false;
  return true;
}

void beyond_kernel(int index) { shared_memory<float>()[threadIdx.x + index] = 1; }

void read_kernel(const float *from, float *to) { to[threadIdx.x] = from[threadIdx.x + 1]; }

void half_a_warp_kernel(float *to) {
  if (threadIdx.x % 32 < 16) to[threadIdx.x] = warp_sum(1.f);
}

void half_a_block_kernel() {
  if (threadIdx.x < 32) return;
  __syncthreads();
}

void copy_kernel(bool waiting, const float *from, float *to) {
  float *shared = shared_memory<float>();
  copy_async(shared + 4 * threadIdx.x, from + 4 * threadIdx.x, 16);
  commit_copies();
  if (waiting) wait_for_copies<0>();
  for (int i = 0; i < 4; i++) to[4 * threadIdx.x + i] = shared[4 * threadIdx.x + i];
}

std::string error_of(void (*kernel)()) {
  try {
    launch(kernel, dim3(1), dim3(kThreads), 0, nullptr);
    return "";
  } catch (const std::runtime_error &e) {
    return e.what();
  }
}

}  // namespace

int main(int argc, char **argv) {
  std::string planted = argc > 1 ? argv[1] : "";
  std::vector<float> to(4 * kThreads);
  if (planted == "out-of-bounds") {
    launch(beyond_kernel, dim3(1), dim3(kThreads), kThreads * sizeof(float), nullptr, 1);
    return 1;
  }
  if (planted == "device-memory") {
    void *memory;
    cudaMalloc(&memory, kThreads * sizeof(float));
    launch(read_kernel, dim3(1), dim3(kThreads), 0, nullptr, static_cast<float *>(memory),
           to.data());
    return 1;
  }

  for (const char *order : {"forward", "reverse", "1", "2", "3"})
    check(right(order, true), "with its barrier a kernel is right in every order");
  check(right("forward", false), "in the order of their numbers threads hide the missing barrier");
  check(!right("reverse", false), "the reverse order finds the missing barrier");
  check(!right("1", false) && !right("2", false), "a random order finds the missing barrier");

  try {
    launch(half_a_warp_kernel, dim3(1), dim3(kThreads), 0, nullptr, to.data());
    check(false, "lanes that miss an exchange are named");
  } catch (const std::runtime_error &e) {
    check(std::string(e.what()).find("exchange 0 1 2") != std::string::npos,
          "lanes that miss an exchange are named");
  }
  check(error_of(half_a_block_kernel).find("barrier 32 33") != std::string::npos,
        "threads that end before a barrier are missed there");

  std::vector<float> from(4 * kThreads, 1.f);
  launch(copy_kernel, dim3(1), dim3(kThreads), 4 * kThreads * sizeof(float), nullptr, true,
         from.data(), to.data());
  check(to == from, "a copy that is waited for arrives");
  launch(copy_kernel, dim3(1), dim3(kThreads), 4 * kThreads * sizeof(float), nullptr, false,
         from.data(), to.data());
  check(std::isnan(to[0]) && std::isnan(to.back()), "one that nobody waits for does not");
  return failures ? 1 : 0;
}
