/*
 * What the CUDA library has beside onelabel.h: memory on the device, streams and events.
 *
 * Contexts. onelabel_context_create_for(threads, device, ...) takes NULL for the first device, a
 * number ("1"), several ("0,1") or "all"; threads is ignored. Where there is no driver or no device
 * it returns ONELABEL_UNAVAILABLE and onelabel_last_error() says which. onelabel_isas() lists the
 * devices, onelabel_isa() is the architecture ("sm_90"), onelabel_threads() the number of devices.
 *
 * A context works in the process that made it: after a fork its calls are ONELABEL_UNAVAILABLE in
 * the child, where onelabel_context_destroy and onelabel_event_destroy return and touch no driver.
 * The functions here take contexts of this library alone.
 *
 * Memory. Every array of onelabel.h may lie on the host or on the context's device, in any mixture;
 * prototypes, too. Only counts (`invalid`) and what onelabel_summary returns lie on the host.
 * Prototypes on the device are not looked at before: one that is not finite gives NaN to the scores
 * of its class and the label 255 and the margin NaN to all vectors.
 *
 * Host arrays pass through two pinned buffers, so that copies and kernels overlap. A call whose
 * arrays all lie on the device and which asks for no count is only enqueued: it returns at once, an
 * error on the device shows in a later call. Everything else returns when it is done.
 *
 * Several devices share a call's vectors, voxels or database rows where all its arrays lie on the
 * host; device memory belongs to the first device, and a call that uses it runs there.
 *
 * Sizes. Features, voxels and database rows may be larger than the card's memory: they pass through
 * it in panels. Queries, their results and labels must fit.
 *
 * Threads: as in onelabel.h; calls on one context take turns.
 */
#ifndef ONELABEL_CUDA_H
#define ONELABEL_CUDA_H

#include "onelabel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct onelabel_event onelabel_event;

/* Memory of the context's first device (NULL for 0 bytes); freed with onelabel_device_free, before
 * the context is. NULL is let pass there, memory that is not the device's is refused. */
ONELABEL_API onelabel_status onelabel_device_allocate(onelabel_context *context, int64_t bytes,
                                                      void **memory);
ONELABEL_API onelabel_status onelabel_device_free(onelabel_context *context, void *memory);

/* Copies between host and device memory, either way, after all that was enqueued before. Returns
 * when host memory has been read or written. Both sides must have so many bytes. */
ONELABEL_API onelabel_status onelabel_device_copy(onelabel_context *context, void *to,
                                                  const void *from, int64_t bytes);

/* Waits for all that was enqueued. */
ONELABEL_API onelabel_status onelabel_synchronise(onelabel_context *context);

/* The cudaStream_t on which the context works, for other libraries; NULL for NULL. */
ONELABEL_API void *onelabel_stream(onelabel_context *context);

/* A point in what was enqueued. Another context of the same process may wait for it on the device,
 * a thread on the host; two of them tell the time between them. */
ONELABEL_API onelabel_status onelabel_event_record(onelabel_context *context,
                                                   onelabel_event **event);
ONELABEL_API onelabel_status onelabel_event_wait(onelabel_context *context, onelabel_event *event);
ONELABEL_API onelabel_status onelabel_event_synchronise(onelabel_event *event);
ONELABEL_API onelabel_status onelabel_event_seconds(onelabel_event *from, onelabel_event *to,
                                                    double *seconds);
ONELABEL_API void onelabel_event_destroy(onelabel_event *event);

/* The device's name, for people. Valid as long as the context. */
ONELABEL_API const char *onelabel_device_name(const onelabel_context *context);

#ifdef __cplusplus
}
#endif

#endif
