#include "processors.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace onelabel {
namespace {

int processors_of_affinity() {
  // The kernel's mask may be longer than a cpu_set_t.
  for (int room = CPU_SETSIZE; room <= 1 << 20; room *= 4) {
    std::vector<cpu_set_t> mask(static_cast<size_t>(room / CPU_SETSIZE));
    size_t bytes = mask.size() * sizeof(cpu_set_t);
    if (sched_getaffinity(0, bytes, mask.data()) == 0) return CPU_COUNT_S(bytes, mask.data());
  }
  return static_cast<int>(std::thread::hardware_concurrency());
}

// The first two words of a file as numbers; false where it is not there or begins otherwise.
bool read_numbers(const std::string &path, double *first, double *second) {
  std::FILE *file = std::fopen(path.c_str(), "re");
  if (!file) return false;
  int read = std::fscanf(file, "%lf %lf", first, second);
  std::fclose(file);
  return read >= 1;
}

double processors_of(double quota, double period) {
  return quota > 0 && period > 0 ? quota / period : HUGE_VAL;
}

// Processors of one group by version 2 of control groups: "200000 100000", or "max 100000".
double quota_v2(const std::string &folder) {
  double quota = 0, period = 0;
  read_numbers(folder + "/cpu.max", &quota, &period);
  return processors_of(quota, period);
}

// By version 1, where -1 stands for no limit.
double quota_v1(const std::string &folder) {
  double quota = 0, period = 0, none;
  read_numbers(folder + "/cpu.cfs_quota_us", &quota, &none);
  read_numbers(folder + "/cpu.cfs_period_us", &period, &none);
  return processors_of(quota, period);
}

// The least of a group's and of those above it. In a container the path may be the host's: then
// only the mount itself is there.
template <typename Quota>
double least(const std::string &mount, std::string path, Quota quota) {
  double found = HUGE_VAL;
  while (path.size() > 1) {
    found = std::min(found, quota(mount + path));
    path.erase(path.rfind('/'));
  }
  return std::min(found, quota(mount));
}

// Lines of `groups`: number:controllers:/path, controllers empty for version 2.
double processors_of_quota(const char *groups, const std::string &mount) {
  double found = HUGE_VAL;
  std::FILE *file = std::fopen(groups, "re");
  if (!file) return found;
  char buffer[4096];
  while (std::fgets(buffer, sizeof buffer, file)) {
    std::string line(buffer, std::strcspn(buffer, "\n"));
    size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos || line[second + 1] != '/')
      continue;
    std::string controllers = line.substr(first + 1, second - first - 1);
    std::string path = line.substr(second + 1);
    if (controllers.empty()) found = std::min(found, least(mount, path, quota_v2));
    if (("," + controllers + ",").find(",cpu,") != std::string::npos)
      for (const std::string &name : {controllers, std::string("cpu")})
        found = std::min(found, least(mount + "/" + name, path, quota_v1));
  }
  std::fclose(file);
  return found;
}

}  // namespace

int usable_processors(const char *groups, const char *mount) {
  double quota = std::ceil(processors_of_quota(groups, mount));
  int processors = processors_of_affinity();
  if (quota < processors) processors = static_cast<int>(quota);
  return std::clamp(processors, 1, 1024);
}

}  // namespace onelabel
