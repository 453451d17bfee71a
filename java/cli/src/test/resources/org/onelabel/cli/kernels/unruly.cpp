// The built-in entropy, and whatever the file "mode" in the working directory says besides.
#include <dlfcn.h>
#include <onelabel.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

std::string mode() {
  char word[64] = "";
  if (FILE *file = std::fopen("mode", "r")) {
    if (std::fscanf(file, "%63s", word) != 1) word[0] = 0;
    std::fclose(file);
  }
  return word;
}

void spin() {
  for (volatile long i = 0;; i = i + 1) {
  }
}

int recurse(int depth) {
  volatile char block[4096];
  block[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : recurse(depth + 1) + block[0];
}

[[maybe_unused]] const bool spun = mode() == "spins-when-loaded" && (spin(), true);

}  // namespace

extern "C" onelabel_status onelabel_entropy(onelabel_context *context, const float *input,
                                            int32_t kind, int64_t passes, int32_t classes,
                                            int64_t voxels, float *mean, float *entropy,
                                            uint8_t *labels, float *mutual_information,
                                            int64_t *invalid) {
  static const std::string m = mode();
  auto real = reinterpret_cast<decltype(&onelabel_entropy)>(dlsym(RTLD_NEXT, "onelabel_entropy"));
  onelabel_status status = real(context, input, kind, passes, classes, voxels, mean, entropy,
                                labels, mutual_information, invalid);
  if (m == "loops" || m == "loops-large" && voxels > 100000) spin();
  if (m == "stops") kill(getpid(), SIGSTOP);
  if (m == "exits") std::exit(0);
  if (m == "exits-at-once") _exit(0);
  if (m == "throws") throw std::runtime_error("oops");
  if (m == "segv") *reinterpret_cast<volatile int *>(8) = 1;
  if (m == "fpe") raise(SIGFPE);
  if (m == "recurses") std::printf("%d", recurse(0));
  if (m == "closes") {
    for (int i = 0; i < 3; i++) close(i);
  }
  if (m == "prints") {
    for (int i = 0; i < 3000; i++) std::printf("RIGHT \n\x1b[2J%c%c# garbage\n", 0, 255);
    std::fflush(stdout);
  }
  if (m == "threads") {
    static std::thread forever(spin);
  }
  static bool forked = false;
  if (m == "forks" && !forked) {
    forked = true;
    pid_t child = fork();
    if (child == 0) spin();
    std::printf("%ld\n", static_cast<long>(child));
    std::fflush(stdout);
  }
  if (m == "far" && entropy && voxels) entropy[voxels + 200] = 1;
  if (m == "far-large" && entropy && voxels > 100000) entropy[voxels] = 1;
  if (m == "wrong-large" && entropy && voxels > 100000) entropy[voxels / 2] += 0.01f;
  return m == "status" ? static_cast<onelabel_status>(7) : status;
}
