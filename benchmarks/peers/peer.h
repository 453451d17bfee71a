// What compare.py asks of a peer's library: one search structure over a database, one thread.
#pragma once

#include <cstdint>

#define PEER extern "C" __attribute__((visibility("default")))

/// A structure over `count` rows of `dimension` floats, which stay where they are; null where the
/// processor or library cannot do it. `kind`: 0 bfloat16, 1 int8; other structures ignore it.
/// `queries`: how many a call will bring.
PEER void *peer_create(const float *rows, int64_t count, int64_t dimension, int squared_l2,
                       int kind, int64_t queries);

/// The k best rows of each query, best first, with their inner products or squared distances in
/// float32; `candidates` rows of each query are scored so, if the structure is approximate.
PEER void peer_search(void *structure, const float *queries, int64_t count, int k, int candidates,
                      int64_t *indices, float *scores);

PEER void peer_destroy(void *structure);
