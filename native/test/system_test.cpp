// What a process may ask of the machine, and what it gets where there is little of it:
//   system_test CASE
// threads     a limit of threads: contexts are refused with a text, and leave nothing behind
// memory      the same for a limit of the address space
// affinity    threads 0 are the processors of the affinity mask
// quota       and fewer where control groups say so
// fork        a child goes on with its parent's context
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "onelabel.h"
#include "processors.h"

namespace {

int failures = 0;

void check(bool ok, const std::string &what) {
  if (!ok) failures++;
  std::printf("%s: %s\n", ok ? "ok" : "FAILED", what.c_str());
  std::fflush(stdout);
}

// Tasks of this process.
int threads_now() {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("Threads:", 0) == 0) return std::atoi(line.c_str() + 8);
  return -1;
}

// The exit status of a child that runs `body`; -1 where it does not end within some seconds.
template <typename Body>
int in_child(Body body) {
  std::fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    failures = 0;
    body();
    std::fflush(stdout);
    _exit(failures ? 1 : 0);
  }
  for (int i = 0; i < 2000; i++) {
    int status = 0;
    if (waitpid(child, &status, WNOHANG) == child)
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    usleep(10000);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return -1;
}

void limit(int resource, rlim_t value) {
  rlimit limits = {value, value};
  if (setrlimit(static_cast<__rlimit_resource>(resource), &limits) != 0) {
    std::perror("setrlimit");
    _exit(3);
  }
}

// Some of each kernel's work.
bool works(onelabel_context *context) {
  constexpr int64_t kRows = 3000, kDimension = 16;
  std::vector<float> rows(kRows * kDimension), scores(2 * kRows), entropy(kRows);
  for (size_t i = 0; i < rows.size(); i++) rows[i] = static_cast<float>(i % 97) - 40;
  std::vector<int64_t> indices(kRows);
  return onelabel_prototype_cosine(context, rows.data(), ONELABEL_FLOAT32, ONELABEL_ROWS, kRows,
                                   kDimension, kDimension, rows.data(), 2, scores.data(), nullptr,
                                   nullptr, nullptr) == ONELABEL_OK &&
         onelabel_entropy(context, rows.data(), ONELABEL_LOGITS, 2, 3, kRows, nullptr,
                          entropy.data(), nullptr, nullptr, nullptr) == ONELABEL_OK &&
         onelabel_knn(context, rows.data(), kRows, kDimension, rows.data(), 100, kDimension,
                      kDimension, ONELABEL_FLOAT32, ONELABEL_COSINE, 1, nullptr, nullptr,
                      indices.data(), nullptr, ONELABEL_NO_VOTE, 1, nullptr, 0, 0, nullptr,
                      nullptr) == ONELABEL_OK &&
         indices[99] >= 0 && entropy[0] >= 0;
}

void refused(int32_t count) {
  int before = threads_now();
  for (int i = 0; i < 3; i++) {
    onelabel_context *context = reinterpret_cast<onelabel_context *>(1);
    onelabel_status status = onelabel_context_create(count, &context);
    std::string why = onelabel_last_error();
    check(status == ONELABEL_UNAVAILABLE || status == ONELABEL_OUT_OF_MEMORY,
          "the context is refused: " + why);
    check(!context, "and there is none");
    check(status != ONELABEL_UNAVAILABLE ||
              (why.find("of " + std::to_string(count) + " threads") != std::string::npos),
          "how many can be had is said");
  }
  check(threads_now() == before, "no thread is left behind");
  onelabel_context *context = nullptr;
  check(onelabel_context_create(1, &context) == ONELABEL_OK && works(context),
        "a context of one thread works");
  onelabel_context_destroy(context);
}

void threads() {
  // Root knows no limit of threads: another user, of whom there are no other processes.
  int status = in_child([] {
    if (geteuid() == 0 && setresuid(54321, 54321, 54321) != 0) _exit(77);
    limit(RLIMIT_NPROC, 6);
    refused(64);
  });
  if (status == 77) std::printf("root may not become another user here: not tested\n");
  check(status == 0 || status == 77, "where threads are few");
}

void memory() {
  check(in_child([] {
          limit(RLIMIT_AS, 400 << 20);
          refused(512);
        }) == 0,
        "where the address space is small");
}

void affinity() {
  check(in_child([] {
          cpu_set_t mask;
          sched_getaffinity(0, sizeof mask, &mask);
          int all = CPU_COUNT(&mask), first = 0;
          while (!CPU_ISSET(first, &mask)) first++;
          onelabel_context *context = nullptr;
          check(onelabel_context_create(0, &context) == ONELABEL_OK, "a context");
          check(onelabel_threads(context) >= 1 && onelabel_threads(context) <= all,
                "no more threads than processors that may be used");
          onelabel_context_destroy(context);
          CPU_ZERO(&mask);
          CPU_SET(first, &mask);
          sched_setaffinity(0, sizeof mask, &mask);
          check(
              onelabel_context_create(0, &context) == ONELABEL_OK && onelabel_threads(context) == 1,
              "one processor, one thread");
          onelabel_context_destroy(context);
        }) == 0,
        "threads are as many as the affinity mask allows");
}

void write(const std::string &path, const std::string &text) {
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1))
    mkdir(path.substr(0, at).c_str(), 0700);
  std::ofstream(path) << text;
}

void quota() {
  int all = onelabel::usable_processors("/nowhere", "/nowhere");
  check(all >= 1, "without control groups the affinity mask counts");
  char name[] = "/tmp/system_test.XXXXXX";
  std::string folder = mkdtemp(name);
  auto processors = [&](const char *groups) {
    write(folder + "/groups", groups);
    return onelabel::usable_processors((folder + "/groups").c_str(), folder.c_str());
  };
  write(folder + "/cpu.max", "max 100000\n");
  write(folder + "/half/cpu.max", "50000 100000\n");
  write(folder + "/half/deep/cpu.max", "max 100000\n");
  write(folder + "/many/cpu.max", "99900000 100000\n");
  write(folder + "/more/cpu.max", "110000 100000\n");
  check(processors("0::/\n") == all, "no quota, all processors");
  check(processors("0::/half\n") == 1, "half a processor is one");
  check(processors("0::/half/deep\n") == 1, "a group above counts");
  check(processors("0::/many\n") == all, "a quota of 999 adds nothing");
  check(processors("0::/more\n") == (all < 2 ? all : 2), "1.1 are 2");
  check(processors("0::/not/seen/from/here\n") == all, "a path of another name space");
  write(folder + "/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  write(folder + "/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  write(folder + "/cpu,cpuacct/one/cpu.cfs_quota_us", "100000\n");
  write(folder + "/cpu,cpuacct/one/cpu.cfs_period_us", "100000\n");
  check(processors("3:memory:/one\n2:cpu,cpuacct:/one\n") == 1, "a quota of version 1");
  check(processors("2:cpu,cpuacct:/\n1:cpuset:/one\n") == all, "-1 is none");
  check(processors("nonsense\n\n::\n") == all, "what is no list of groups is no limit");
  std::filesystem::remove_all(folder);
}

void forks() {
  onelabel_context *context = nullptr;
  check(onelabel_context_create(4, &context) == ONELABEL_OK && works(context), "a context");
  // Threads of the context are at work, and hold its lock now and then, while the process forks.
  std::atomic<bool> over{false};
  std::thread caller;
#if !defined(__SANITIZE_ADDRESS__)  // whose allocator keeps its locks from a child
  caller = std::thread([&] {
    while (!over) works(context);
  });
#endif
  bool all = true;
  for (int i = 0; i < 20; i++)
    all = all && in_child([&] {
                   if (onelabel_threads(context) != 1 || !works(context)) failures++;
                   onelabel_context *own = nullptr;
                   if (onelabel_context_create(2, &own) != ONELABEL_OK || !works(own)) failures++;
                   onelabel_context_destroy(own);
                   onelabel_context_destroy(context);
                 }) == 0;
  over = true;
  if (caller.joinable()) caller.join();
  check(all, "a child works with its parent's context, makes its own and destroys both");
  check(onelabel_threads(context) == 4 && works(context), "the parent goes on");
  onelabel_context_destroy(context);
}

}  // namespace

int main(int argc, char **argv) {
  std::string what = argc == 2 ? argv[1] : "";
  if (what == "threads")
    threads();
  else if (what == "memory")
    memory();
  else if (what == "affinity")
    affinity();
  else if (what == "quota")
    quota();
  else if (what == "fork")
    forks();
  else
    return 2;
  return failures ? 1 : 0;
}
