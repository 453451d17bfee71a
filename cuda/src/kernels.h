// The kernels of one device: work on device memory, on a stream.
#pragma once

#include "calls.h"
#include "device.h"

namespace onelabel {
namespace cuda {

// Prototypes of length 1, as the tensor cores want them (see cosine.cu); how many float4 that is.
int64_t packed_prototypes(int32_t classes, int64_t dimension, int32_t layout);
void pack_prototypes(const float *prototypes, int32_t classes, int64_t dimension, int32_t layout,
                     float4 *packed, cudaStream_t stream);

// Cosine of call.count vectors; `scores` of class c begin at c * score_pitch, `invalid` is counted
// up. call.prototypes is not used.
void cosine(const CosineCall &call, const float4 *prototypes, int64_t score_pitch,
            unsigned long long *invalid, int multiprocessors, cudaStream_t stream);

void upsample(const UpsampleCall &call, cudaStream_t stream);

// Entropy of call.voxels voxels; every stream of `input` and of `mean` is call.voxels long.
void entropy(const EntropyCall &call, unsigned long long *invalid, cudaStream_t stream);

}  // namespace cuda
}  // namespace onelabel
