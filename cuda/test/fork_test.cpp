// A context of a device belongs to the process that made it: in a child its calls are refused, and
// destroying it, its events and memory returns.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

#include "onelabel_cuda.h"

namespace {

int failures = 0;

void check(bool ok, const char *what) {
  if (!ok) failures++;
  std::printf("%s: %s\n", ok ? "ok" : "FAILED", what);
  std::fflush(stdout);
}

onelabel_status entropy(onelabel_context *context) {
  std::vector<float> input(3 * 500, 0.25f), output(500);
  return onelabel_entropy(context, input.data(), ONELABEL_PROBABILITIES, 1, 3, 500, nullptr,
                          output.data(), nullptr, nullptr, nullptr);
}

bool refused(onelabel_status status) {
  return status == ONELABEL_UNAVAILABLE && std::strstr(onelabel_last_error(), "fork");
}

void child(onelabel_context *context, onelabel_event *event, void *memory) {
  double seconds;
  float value = 0;
  onelabel_event *another = nullptr;
  void *more = nullptr;
  check(refused(entropy(context)), "a kernel is refused in the child");
  check(refused(onelabel_measure_bounds(context, nullptr, nullptr, nullptr)), "bounds");
  check(refused(onelabel_synchronise(context)), "waiting");
  check(refused(onelabel_device_allocate(context, 4, &more)), "memory");
  check(refused(onelabel_device_copy(context, &value, memory, 4)), "a copy");
  check(refused(onelabel_device_free(context, memory)), "freeing");
  check(refused(onelabel_event_record(context, &another)), "an event");
  check(refused(onelabel_event_wait(context, event)), "waiting for one");
  check(refused(onelabel_event_synchronise(event)), "by the host, too");
  check(refused(onelabel_event_seconds(event, event, &seconds)), "the time between two");
  check(!onelabel_stream(context), "there is no stream");
  onelabel_event_destroy(event);
  onelabel_context_destroy(context);
  check(true, "an event and a context are destroyed");
}

}  // namespace

int main() {
  onelabel_context *context = nullptr;
  onelabel_event *event = nullptr;
  void *memory = nullptr;
  check(onelabel_context_create(0, &context) == ONELABEL_OK && entropy(context) == ONELABEL_OK &&
            onelabel_device_allocate(context, 4, &memory) == ONELABEL_OK &&
            onelabel_event_record(context, &event) == ONELABEL_OK,
        "a context with memory and an event");
  float value = 0;
  check(onelabel_device_free(context, &value) == ONELABEL_INVALID_ARGUMENT,
        "the host's memory is not freed");
  check(onelabel_device_free(context, nullptr) == ONELABEL_OK, "NULL is let pass");
  check(onelabel_device_allocate(context, -1, &memory) == ONELABEL_INVALID_ARGUMENT &&
            onelabel_device_copy(context, &value, memory, -1) == ONELABEL_INVALID_ARGUMENT &&
            onelabel_device_copy(context, nullptr, memory, 4) == ONELABEL_INVALID_ARGUMENT &&
            onelabel_event_record(context, nullptr) == ONELABEL_INVALID_ARGUMENT &&
            onelabel_event_wait(context, nullptr) == ONELABEL_INVALID_ARGUMENT &&
            onelabel_event_synchronise(nullptr) == ONELABEL_INVALID_ARGUMENT &&
            onelabel_event_seconds(event, nullptr, nullptr) == ONELABEL_INVALID_ARGUMENT &&
            onelabel_synchronise(nullptr) == ONELABEL_INVALID_ARGUMENT,
        "arguments that make no sense are refused");
  onelabel_event_destroy(nullptr);
  // Another thread is in a call, and holds the context's lock, while the process forks.
  std::atomic<bool> over{false};
  std::thread caller;
#if !defined(__SANITIZE_ADDRESS__)  // whose allocator keeps its locks from a child
  caller = std::thread([&] {
    while (!over) entropy(context);
  });
#endif
  pid_t pid = fork();
  if (pid == 0) {
    alarm(20);
    child(context, event, memory);
    _exit(failures ? 1 : 0);
  }
  int status = -1;
  waitpid(pid, &status, 0);
  over = true;
  if (caller.joinable()) caller.join();
  check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ends");
  check(entropy(context) == ONELABEL_OK, "the parent goes on");
  check(onelabel_device_free(context, memory) == ONELABEL_OK, "and frees its memory");
  onelabel_event_destroy(event);
  onelabel_context_destroy(context);
  return failures ? 1 : 0;
}
