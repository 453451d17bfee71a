// The CUDA library on this machine: with a device a context, without one a plain word.
#include <cstdio>
#include <cstring>

#include "onelabel_cuda.h"

int main() {
  onelabel_context *context = nullptr;
  onelabel_status status = onelabel_context_create(0, &context);
  if (status == ONELABEL_OK) {
    std::printf("%s, %s\n", onelabel_device_name(context), onelabel_isa(context));
    onelabel_context_destroy(context);
    return 0;
  }
  std::printf("%s\n", onelabel_last_error());
  return status == ONELABEL_UNAVAILABLE && std::strstr(onelabel_last_error(), "no CUDA device") &&
                 !context && !*onelabel_isas()
             ? 0
             : 1;
}
