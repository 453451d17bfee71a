// The functions of onelabel_cuda.h.
#include "cuda_context.h"
#include "onelabel_cuda.h"
#include "process.h"

struct onelabel_event {
  int device;
  cudaEvent_t event;
  unsigned generation = onelabel::process_generation();

  void require_usable() const {
    if (generation != onelabel::process_generation())
      throw onelabel::Unavailable{
          "the event is the parent process's: CUDA does not survive a fork"};
  }
};

namespace {

using onelabel::guarded;
using onelabel::require;
using onelabel::cuda::check;
using onelabel::cuda::Context;

// Calls body(first device) in turn with the context's other calls.
template <typename Body>
onelabel_status on_first_device(onelabel_context *context, Body body) {
  return guarded([&] {
    require(context, "context is NULL");
    context->require_usable();
    Context &own = *static_cast<Context *>(context);
    std::unique_lock<std::mutex> lock = own.turn();
    own.first().use();
    body(own.first());
  });
}

}  // namespace

extern "C" {

onelabel_status onelabel_device_allocate(onelabel_context *context, int64_t bytes, void **memory) {
  return on_first_device(context, [&](onelabel::cuda::Device &) {
    require(memory, "memory is NULL");
    require(bytes >= 0, "bytes must not be negative");
    *memory = nullptr;
    if (bytes > 0) check(cudaMalloc(memory, static_cast<size_t>(bytes)));
  });
}

onelabel_status onelabel_device_free(onelabel_context *context, void *memory) {
  return on_first_device(context, [&](onelabel::cuda::Device &) {
    if (!memory) return;
    require(onelabel::cuda::on_device(memory), "memory is not the device's");
    check(cudaFree(memory));
  });
}

onelabel_status onelabel_device_copy(onelabel_context *context, void *to, const void *from,
                                     int64_t bytes) {
  return on_first_device(context, [&](onelabel::cuda::Device &device) {
    require(bytes >= 0, "bytes must not be negative");
    if (bytes == 0) return;
    require(to && from, "to and from must not be NULL");
    onelabel::cuda::Lane &lane = *device.lanes[0];
    if (onelabel::cuda::on_device(to)) {
      if (onelabel::cuda::on_device(from))
        check(
            cudaMemcpyAsync(to, from, static_cast<size_t>(bytes), cudaMemcpyDefault, lane.stream));
      else
        lane.upload(to, from, 1, bytes, 0);
    } else {
      lane.download(to, from, 1, bytes, 0);
    }
  });
}

onelabel_status onelabel_synchronise(onelabel_context *context) {
  return on_first_device(context,
                         [&](onelabel::cuda::Device &device) { device.lanes[0]->synchronise(); });
}

void *onelabel_stream(onelabel_context *context) {
  void *stream = nullptr;
  guarded([&] {
    require(context, "context is NULL");
    context->require_usable();
    stream = static_cast<Context *>(context)->first().lanes[0]->stream;
  });
  return stream;
}

onelabel_status onelabel_event_record(onelabel_context *context, onelabel_event **event) {
  return on_first_device(context, [&](onelabel::cuda::Device &device) {
    require(event, "event is NULL");
    *event = nullptr;
    auto made = std::make_unique<onelabel_event>();
    made->device = device.ordinal;
    check(cudaEventCreateWithFlags(&made->event, cudaEventDefault));
    cudaError_t error = cudaEventRecord(made->event, device.lanes[0]->stream);
    if (error != cudaSuccess) cudaEventDestroy(made->event);
    check(error);
    *event = made.release();
  });
}

onelabel_status onelabel_event_wait(onelabel_context *context, onelabel_event *event) {
  return on_first_device(context, [&](onelabel::cuda::Device &device) {
    require(event, "event is NULL");
    event->require_usable();
    check(cudaStreamWaitEvent(device.lanes[0]->stream, event->event, 0));
  });
}

onelabel_status onelabel_event_synchronise(onelabel_event *event) {
  return guarded([&] {
    require(event, "event is NULL");
    event->require_usable();
    check(cudaEventSynchronize(event->event));
  });
}

onelabel_status onelabel_event_seconds(onelabel_event *from, onelabel_event *to, double *seconds) {
  return guarded([&] {
    require(from && to && seconds, "from, to and seconds must not be NULL");
    from->require_usable();
    to->require_usable();
    check(cudaEventSynchronize(to->event));
    float milliseconds;
    check(cudaEventElapsedTime(&milliseconds, from->event, to->event));
    *seconds = milliseconds / 1000.;
  });
}

void onelabel_event_destroy(onelabel_event *event) {
  if (!event) return;
  if (event->generation == onelabel::process_generation()) cudaEventDestroy(event->event);
  delete event;
}

const char *onelabel_device_name(const onelabel_context *context) {
  return context ? static_cast<const Context *>(context)->first().name.c_str() : "";
}

}  // extern "C"
