#include "process.h"

#include <pthread.h>

namespace onelabel {
namespace {

unsigned generation = 0;

// Registered when the library is loaded, and forgotten when it is unloaded.
const int registered = pthread_atfork(nullptr, nullptr, [] { generation++; });

}  // namespace

unsigned process_generation() {
  (void)registered;
  return generation;
}

}  // namespace onelabel
