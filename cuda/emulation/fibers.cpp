// Threads of a block as fibers on one host thread.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "cuda_emulation.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

#if defined(__x86_64__)
// Saves what a call must keep, stores the stack pointer at *from and goes on at `to`.
extern "C" void onelabel_switch_stack(void **from, void *to);
__asm__(
    ".text\n"
    ".globl onelabel_switch_stack\n"
    ".hidden onelabel_switch_stack\n"
    ".type onelabel_switch_stack,@function\n"
    "onelabel_switch_stack:\n"
    "  push %rbp\n  push %rbx\n  push %r12\n  push %r13\n  push %r14\n  push %r15\n"
    "  mov %rsp, (%rdi)\n"
    "  mov %rsi, %rsp\n"
    "  pop %r15\n  pop %r14\n  pop %r13\n  pop %r12\n  pop %rbx\n  pop %rbp\n"
    "  ret\n"
    ".size onelabel_switch_stack,.-onelabel_switch_stack\n");
#else
#include <ucontext.h>
#endif

namespace emulation {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kStackBytes = 512 << 10;
#else
constexpr size_t kStackBytes = 128 << 10;
#endif

struct Copy {
  void *to;
  const void *from;
  size_t bytes, valid;
};

enum class State { kReady, kAtBarrier, kInCollective, kDone };

struct Unmap {
  void operator()(char *stack) const { munmap(stack, kStackBytes); }
};

struct Fiber {
  Position position;
  State state;
  bool vote;
  std::vector<Copy> open;                 // copies not committed
  std::vector<std::vector<Copy>> groups;  // committed, the oldest first
  std::unique_ptr<char, Unmap> stack;
#if defined(__x86_64__)
  void *pointer;
#else
  ucontext_t machine;
#endif
  void *fake_stack = nullptr;
};

// Lanes that wait for each other.
struct Group {
  unsigned arrived = 0;
  void *arguments[128];
};

// The order of threads between two barriers.
class Order {
 public:
  Order() {
    const char *wish = std::getenv("ONELABEL_EMULATION_ORDER");
    std::string name = wish && *wish ? wish : "forward";
    if (name == "forward") return;
    if (name == "reverse") {
      reverse_ = true;
      return;
    }
    char *end;
    random_.seed(std::strtoull(name.c_str(), &end, 10));
    if (*end)
      throw std::runtime_error("ONELABEL_EMULATION_ORDER is \"" + name +
                               "\"; it must be forward, reverse or a number");
    shuffled_ = true;
  }
  void arrange(std::vector<unsigned> &threads) {
    if (reverse_) std::sort(threads.rbegin(), threads.rend());
    if (shuffled_) std::shuffle(threads.begin(), threads.end(), random_);
  }

 private:
  bool reverse_ = false, shuffled_ = false;
  std::mt19937_64 random_;
};

class Block {
 public:
  Block(dim3 blocks, dim3 threads, size_t shared_bytes, const std::function<void()> &body);
  void run(uint3 block);

  void leave(State state);  // of the running fiber, back to the scheduler
  void arrive(unsigned lanes, void *argument, void (*compute)(void **));

  Fiber *running = nullptr;
  void *shared = nullptr;
  const std::function<void()> &body;
  std::string error;
  int votes = 0;  // of the last barrier

 private:
  void enter(Fiber &fiber);
  void release_barrier();
  std::string stuck() const;

  dim3 blocks_, threads_;
  size_t shared_bytes_;
  std::vector<Fiber> fibers_;
  std::vector<Group> warps_, warpgroups_;
  Order order_;
#if defined(__x86_64__)
  void *scheduler_;
#else
  ucontext_t scheduler_;
#endif
  const void *scheduler_stack_ = nullptr;
  size_t scheduler_stack_bytes_ = 0;

  friend void fiber_main();
};

thread_local Block *current = nullptr;

void fiber_main() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &current->scheduler_stack_,
                                  &current->scheduler_stack_bytes_);
#endif
  current->body();
  current->leave(State::kDone);
}

Block::Block(dim3 blocks, dim3 threads, size_t shared_bytes, const std::function<void()> &body)
    : body(body),
      blocks_(blocks),
      threads_(threads),
      shared_bytes_(shared_bytes),
      fibers_(threads.x * threads.y * threads.z),
      warps_((fibers_.size() + 31) / 32),
      warpgroups_((fibers_.size() + 127) / 128) {
  for (Fiber &fiber : fibers_) {
    void *stack = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) throw std::bad_alloc();
    fiber.stack.reset(static_cast<char *>(stack));
    // A thread that runs out of stack stops at a page nobody may touch.
    mprotect(stack, static_cast<size_t>(sysconf(_SC_PAGESIZE)), PROT_NONE);
  }
}

void Block::enter(Fiber &fiber) {
  running = &fiber;
#if defined(__SANITIZE_ADDRESS__)
  void *fake = nullptr;
  __sanitizer_start_switch_fiber(&fake, fiber.stack.get(), kStackBytes);
#endif
#if defined(__x86_64__)
  onelabel_switch_stack(&scheduler_, fiber.pointer);
#else
  swapcontext(&scheduler_, &fiber.machine);
#endif
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
  running = nullptr;
}

void Block::leave(State state) {
  Fiber *fiber = running;
  fiber->state = state;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(state == State::kDone ? nullptr : &fiber->fake_stack,
                                 scheduler_stack_, scheduler_stack_bytes_);
#endif
#if defined(__x86_64__)
  onelabel_switch_stack(&fiber->pointer, scheduler_);
#else
  swapcontext(&fiber->machine, &scheduler_);
#endif
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fiber->fake_stack, nullptr, nullptr);
#endif
}

void Block::arrive(unsigned lanes, void *argument, void (*compute)(void **)) {
  unsigned thread = running->position.linear;
  Group &group = lanes == 32 ? warps_[thread / 32] : warpgroups_[thread / 128];
  group.arguments[thread % lanes] = argument;
  if (++group.arrived < lanes) {
    leave(State::kInCollective);
    return;
  }
  compute(group.arguments);
  group.arrived = 0;
  unsigned first = thread / lanes * lanes;
  for (unsigned i = first; i < first + lanes; i++) fibers_[i].state = State::kReady;
}

void Block::release_barrier() {
  votes = 0;
  for (Fiber &fiber : fibers_)
    if (fiber.state == State::kAtBarrier) {
      votes += fiber.vote;
      fiber.state = State::kReady;
    }
}

std::string Block::stuck() const {
  std::string waiting[2];
  for (const Fiber &fiber : fibers_) {
    int kind = fiber.state == State::kAtBarrier ? 0 : fiber.state == State::kInCollective ? 1 : -1;
    if (kind >= 0 && waiting[kind].size() < 40)
      waiting[kind] += " " + std::to_string(fiber.position.linear);
  }
  return "threads wait for others that never come: at a barrier" +
         (waiting[0].empty() ? " none" : waiting[0]) + ", in a warp's exchange" +
         (waiting[1].empty() ? " none" : waiting[1]);
}

void Block::run(uint3 block) {
  // Of its exact size, so that AddressSanitizer sees what lies beyond; NaN until it is written.
  void *bytes = nullptr;
  if (shared_bytes_ && posix_memalign(&bytes, 1024, shared_bytes_)) throw std::bad_alloc();
  std::unique_ptr<void, void (*)(void *)> memory(bytes, std::free);
  if (shared_bytes_) std::memset(memory.get(), 0xff, shared_bytes_);
  shared = memory.get();
  for (unsigned i = 0; i < fibers_.size(); i++) {
    Fiber &fiber = fibers_[i];
    fiber.position = {{i % threads_.x, i / threads_.x % threads_.y, i / threads_.x / threads_.y},
                      block,
                      threads_,
                      blocks_,
                      i};
    fiber.state = State::kReady;
    fiber.open.clear();
    fiber.groups.clear();
#if defined(__x86_64__)
    // As if it had been switched away just before its first instruction.
    void **top = reinterpret_cast<void **>(fiber.stack.get() + kStackBytes) - 2;
    *top = reinterpret_cast<void *>(&fiber_main);
    fiber.pointer = top - 6;
#else
    getcontext(&fiber.machine);
    fiber.machine.uc_stack.ss_sp = fiber.stack.get();
    fiber.machine.uc_stack.ss_size = kStackBytes;
    fiber.machine.uc_link = nullptr;
    makecontext(&fiber.machine, fiber_main, 0);
#endif
  }
  for (Group &group : warps_) group.arrived = 0;
  for (Group &group : warpgroups_) group.arrived = 0;
  for (;;) {
    std::vector<unsigned> ready;
    size_t at_barrier = 0, done = 0;
    for (unsigned i = 0; i < fibers_.size(); i++) {
      if (fibers_[i].state == State::kReady) ready.push_back(i);
      at_barrier += fibers_[i].state == State::kAtBarrier;
      done += fibers_[i].state == State::kDone;
    }
    if (done == fibers_.size()) return;
    if (ready.empty()) {
      if (at_barrier + done < fibers_.size() || (at_barrier && done))
        throw std::runtime_error(stuck());
      release_barrier();
      continue;
    }
    order_.arrange(ready);
    for (unsigned i : ready) {
      enter(fibers_[i]);
      if (!error.empty()) throw std::runtime_error(error);
    }
  }
}

}  // namespace

const Position &position() { return current->running->position; }

void *shared_memory() { return current->shared; }

int barrier(bool vote) {
  current->running->vote = vote;
  current->leave(State::kAtBarrier);
  return current->votes;
}

void collective(unsigned lanes, void *argument, void (*compute)(void **)) {
  current->arrive(lanes, argument, compute);
}

void copy_later(void *to, const void *from, size_t bytes, size_t valid) {
  current->running->open.push_back({to, from, bytes, valid});
}

void commit_copies() {
  Fiber *fiber = current->running;
  fiber->groups.push_back(std::move(fiber->open));
  fiber->open.clear();
}

void wait_for_copies(int groups_left) {
  std::vector<std::vector<Copy>> &groups = current->running->groups;
  while (static_cast<int>(groups.size()) > groups_left) {
    for (const Copy &copy : groups.front()) {
      if (copy.valid) std::memcpy(copy.to, copy.from, copy.valid);
      std::memset(static_cast<char *>(copy.to) + copy.valid, 0, copy.bytes - copy.valid);
    }
    groups.erase(groups.begin());
  }
}

void fail(const std::string &why) {
  current->error = why;
  current->leave(State::kDone);
  std::abort();  // a fiber that failed is not entered again
}

void run_grid(dim3 blocks, dim3 threads, size_t shared_bytes, const std::function<void()> &body) {
  if (threads.x * threads.y * threads.z > 1024 || threads.x * threads.y * threads.z == 0)
    throw std::runtime_error("a block has 1 to 1024 threads");
  if (shared_bytes > 227 * 1024) throw std::runtime_error("a block has at most 227 KiB of memory");
  Block block(blocks, threads, shared_bytes, body);
  Block *outer = current;
  current = &block;
  try {
    for (unsigned z = 0; z < blocks.z; z++)
      for (unsigned y = 0; y < blocks.y; y++)
        for (unsigned x = 0; x < blocks.x; x++) block.run({x, y, z});
  } catch (...) {
    current = outer;
    throw;
  }
  current = outer;
}

}  // namespace emulation
