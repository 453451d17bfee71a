// How many processors this process may use.
#pragma once

namespace onelabel {

// What the affinity mask (which a cpuset narrows) and the quotas of the control groups leave, a
// broken processor counted whole; 1 at least. `groups` and `mount` are files of Linux's: which
// groups the process is in, and where their controllers are.
int usable_processors(const char *groups = "/proc/self/cgroup",
                      const char *mount = "/sys/fs/cgroup");

}  // namespace onelabel
