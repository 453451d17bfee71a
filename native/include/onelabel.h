/*
 * onelabel kernels: prototype cosine similarity, voxel uncertainty, batched exact KNN.
 *
 * One ABI for every implementation. Plain pointers and sizes, no struct crosses the boundary but
 * the opaque context and database. Every function that can fail returns a status;
 * onelabel_last_error() then says why, in the calling thread. Nothing throws or aborts.
 *
 * Ownership: the caller owns every buffer; the library keeps no pointer after a call returns (a
 * database copies its rows).
 * Output pointers marked "optional" may be NULL. Sizes may be 0, and an array without elements may
 * be NULL. Every array begins at a multiple of its element's size. Outputs overlap neither inputs
 * nor each other. What a call refuses (ONELABEL_INVALID_ARGUMENT) it has not begun to write, but
 * for prototypes that are not finite.
 *
 * Threads: one context may be used from any number of threads at once. It must not be used after
 * onelabel_context_destroy, nor destroyed while a call runs.
 *
 * Fork: a forked child (Python's multiprocessing, say) may go on with its parent's contexts: its
 * calls do all their work on the thread that makes them, onelabel_threads says 1, and
 * onelabel_context_destroy returns. Contexts that it makes are like any other.
 *
 * Numbers. What follows holds for every implementation; all else is in float32 with the rounding
 * errors of sums. The processor is expected in its usual mode: round to nearest, denormal numbers
 * kept.
 *
 * - A vector of features counts as not finite if one of its values is NaN or infinite or if its
 *   squared length, in float64, is beyond float32's largest number (it is longer than 1.8e19). All
 *   others are used, however short: the cosine of a vector of 1e-30 or of denormal numbers is as
 *   exact as that of its multiple. Only a vector of zeros is zero.
 * - An inner product or a squared distance below float32's least normal number (1.18e-38) in
 *   magnitude is 0; a squared distance of float32's largest number (3.4e38) or more is infinity; an
 *   inner product beyond it is that number. Rows with equal scores are in the order of their
 *   indices.
 * - Scores of a grid may be infinite: minus infinity is a class that is masked out. A sample counts
 *   where its weight is not 0; one that counts and is NaN, or two that count and are opposite
 *   infinities, make NaN.
 * - A margin is 0 where the two best scores are equal, infinities too, and may else be infinite.
 * - A logit may be minus infinity, which gives its class no chance; a voxel is not a number where
 *   one is NaN or plus infinity, or where all classes of a pass are minus infinity.
 * - A probability lies in 0 .. 1.001 (rounding may leave more than 1); a voxel is not a number
 *   where one does not, however little below 0. They need not sum to 1: nothing is normalised, sums
 *   and entropies are those of the values as they stand.
 * - Votes: of infinite distances a softmax gives an equal share to each if the nearest is infinite,
 *   else none. A neighbour whose weight is 0 does not vote; soft shares are taken as they stand,
 *   negative ones and NaN too. A query without a neighbour has votes of 0, one that is not finite
 *   of NaN.
 */
#ifndef ONELABEL_H
#define ONELABEL_H

#include <stdint.h>

#if defined(__GNUC__)
#define ONELABEL_API __attribute__((visibility("default")))
#else
#define ONELABEL_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header; ONELABEL_VERSION is 10000 major + 100 minor + patch. Before 1.0 what
 * was compiled with one header works with the libraries of the same major and minor version. */
#define ONELABEL_VERSION_MAJOR 0
#define ONELABEL_VERSION_MINOR 2
#define ONELABEL_VERSION_PATCH 0
#define ONELABEL_VERSION \
  (ONELABEL_VERSION_MAJOR * 10000 + ONELABEL_VERSION_MINOR * 100 + ONELABEL_VERSION_PATCH)

#define ONELABEL_ABI_VERSION 1

typedef struct onelabel_context onelabel_context;
typedef struct onelabel_database onelabel_database;

typedef enum onelabel_status {
  ONELABEL_OK = 0,
  ONELABEL_INVALID_ARGUMENT = 1,
  ONELABEL_OUT_OF_MEMORY = 2,
  ONELABEL_UNAVAILABLE = 3,
  ONELABEL_INTERNAL = 4,
  ONELABEL_CANCELLED = 5
} onelabel_status;

/* Element type of features; scores and labels are always float and uint8. What a call gives is what
 * it gives, to the bit, for the float32 that its features stand for: an int8 for the number itself,
 * -128 to 127. */
enum { ONELABEL_FLOAT32 = 0, ONELABEL_FLOAT16 = 1, ONELABEL_BFLOAT16 = 2, ONELABEL_INT8 = 3 };

/* Features as N rows of D values, or as D channels of N values. */
enum { ONELABEL_ROWS = 0, ONELABEL_CHANNELS = 1 };

enum { ONELABEL_COSINE = 0, ONELABEL_INNER_PRODUCT = 1, ONELABEL_SQUARED_L2 = 2 };

enum { ONELABEL_LOGITS = 0, ONELABEL_PROBABILITIES = 1 };

enum { ONELABEL_NEAREST = 0, ONELABEL_TRILINEAR = 1 };

/* Weight of a neighbour's vote: none, max(0, score), or softmax(score / temperature) over the k
 * neighbours (for squared L2 the score is minus the distance). */
enum { ONELABEL_NO_VOTE = 0, ONELABEL_POSITIVE_SCORE = 1, ONELABEL_SOFTMAX_SCORE = 2 };

/* Labels of the database: one uint8 class a row, or C float shares a row. */
enum { ONELABEL_HARD_LABELS = 0, ONELABEL_SOFT_LABELS = 1 };

/* The label of a voxel whose input is not a number. */
#define ONELABEL_NO_LABEL 255

ONELABEL_API uint32_t onelabel_abi_version(void);

/* The version of the library that is loaded: "0.2.0", for example. Valid for ever. */
ONELABEL_API const char *onelabel_version(void);

/* Why the last call of this thread failed; valid until its next call. Never NULL. */
ONELABEL_API const char *onelabel_last_error(void);

/*
 * Makes a context. threads: 1 to 1024, or 0 for as many as the process may use: the processors of
 * its affinity mask (so also of its cpuset), or fewer if a quota of its control groups (cgroup v2
 * cpu.max, v1 cpu.cfs_quota_us) allows less; a broken quota is rounded up. ONELABEL_UNAVAILABLE
 * where so many threads cannot be had; nothing is left behind then, and *context is NULL. The
 * instruction set is the best the machine has, capped by the environment variable ONELABEL_MAX_ISA
 * (baseline, avx2, avxvnni, avx512, avx512vnni, avx512amx; another value is an error).
 */
ONELABEL_API onelabel_status onelabel_context_create(int32_t threads, onelabel_context **context);

/* The same with a given instruction set: ONELABEL_UNAVAILABLE where the machine lacks it or the
 * environment forbids it. */
ONELABEL_API onelabel_status onelabel_context_create_for(int32_t threads, const char *isa,
                                                         onelabel_context **context);

/*
 * Makes a context that works with the threads (or the devices) of `context`, for calls that another
 * thread may end by onelabel_context_cancel. It costs a microsecond: make one for each call that
 * shall be ended by itself. `context` may be destroyed before it.
 */
ONELABEL_API onelabel_status onelabel_context_share(onelabel_context *context,
                                                    onelabel_context **shared);

/*
 * Ends all calls in this context for good, with ONELABEL_CANCELLED: later ones at once, those that
 * run soon. A processor looks every few milliseconds, and then frees the memory of the call; a
 * device finishes what it was given. The outputs of such a call are undefined. Other contexts that
 * work with the same threads go on. From any thread; NULL is let pass.
 */
ONELABEL_API void onelabel_context_cancel(onelabel_context *context);

/* NULL is let pass. */
ONELABEL_API void onelabel_context_destroy(onelabel_context *context);

/* The instruction sets this machine has and the environment allows, the best first, separated by
 * commas; empty where the environment's value is unknown. */
ONELABEL_API const char *onelabel_isas(void);

/* Name of the instruction set in use, and the number of threads; "" and 0 for NULL. The name is
 * valid as long as the context. */
ONELABEL_API const char *onelabel_isa(const onelabel_context *context);
ONELABEL_API int32_t onelabel_threads(const onelabel_context *context);

/*
 * What the machine does at best with the context's threads and instruction set, measured now (half
 * a second in all), in operations a second: float32 multiply-adds, and the products that the filter
 * of the neighbours' search works on, of 8-bit integers on a processor with AVX2 or more, of 16-bit
 * ones on another x86, of bfloat16 on a GPU (0 where it works on floats); and bytes read from
 * memory a second. Each pointer is optional.
 */
ONELABEL_API onelabel_status onelabel_measure_bounds(onelabel_context *context,
                                                     double *float_operations,
                                                     double *filter_operations, double *read_bytes);

/*
 * Cosine of every feature vector with every prototype: <F_n, P_c> / (|F_n| |P_c|), 0 where either
 * vector is zero. dimension: 0 to 2^31 - 1; classes: 1 to 255.
 *
 * features    count vectors of dimension values; ROWS: vector n begins at n * stride; CHANNELS:
 *             value d of vector n lies at d * stride + n. stride in elements.
 * prototypes  classes x dimension, float, finite
 * scores      optional, classes x count
 * labels      optional, count: argmax over classes, lowest on a tie, 255 for a vector not finite
 * margins     optional, count: best minus second score (2 classes at least)
 * invalid     optional: number of vectors that are not finite; their scores and margins are NaN
 */
ONELABEL_API onelabel_status onelabel_prototype_cosine(
    onelabel_context *context, const void *features, int32_t type, int32_t layout, int64_t count,
    int64_t dimension, int64_t stride, const float *prototypes, int32_t classes, float *scores,
    uint8_t *labels, float *margins, int64_t *invalid);

/*
 * Argmax of scores brought to a finer (or coarser) grid, without storing the fine scores.
 *
 * scores   classes (1 to 255) x in_x x in_y x in_z
 * mode     NEAREST: index floor(i * in / out); TRILINEAR: half-voxel centres, edges clamped
 * labels   out_x x out_y x out_z: argmax, lowest on a tie, 255 where a score is NaN
 * margins  optional, the same shape: best minus second score (2 classes at least); NaN where the
 *          label is 255
 */
ONELABEL_API onelabel_status onelabel_upsample_argmax(onelabel_context *context,
                                                      const float *scores, int32_t classes,
                                                      int64_t in_x, int64_t in_y, int64_t in_z,
                                                      int64_t out_x, int64_t out_y, int64_t out_z,
                                                      int32_t mode, uint8_t *labels,
                                                      float *margins);

/*
 * Uncertainty of T stochastic predictions.
 *
 * input               passes (1 at least) x classes (1 to 255) x voxels, logits or probabilities
 * mean                optional, classes x voxels: mean probability over the passes
 * entropy             optional, voxels: -sum p ln p of the mean probability, in nats, 0 ln 0 = 0,
 *                     at least 0
 * labels              optional, voxels: argmax of the mean, lowest on a tie, 255 for NaN
 * mutual_information  optional, voxels: H(mean p) - mean H(p), at least 0
 * invalid             optional: number of voxels that are not a number; their outputs are NaN
 */
ONELABEL_API onelabel_status onelabel_entropy(onelabel_context *context, const float *input,
                                              int32_t kind, int64_t passes, int32_t classes,
                                              int64_t voxels, float *mean, float *entropy,
                                              uint8_t *labels, float *mutual_information,
                                              int64_t *invalid);

/*
 * Reductions over values that may hold NaN (left out, and counted) and infinities (which are
 * values).
 *
 * mean       optional; NaN where there is no value, or both infinities
 * histogram  optional, bins counts over [low, high], which are finite, and so is high - low; values
 *            outside fall into the first or last bin
 * levels     quantile_count levels in 0..1; quantiles (as many) interpolate linearly between ranks;
 *            between equal infinities lies that infinity, between one and a number the infinity,
 *            between opposite ones NaN; NaN where there is no value
 * invalid    optional: number of NaN
 */
ONELABEL_API onelabel_status onelabel_summary(onelabel_context *context, const float *values,
                                              int64_t count, double *mean, int32_t bins, double low,
                                              double high, int64_t *histogram,
                                              int32_t quantile_count, const double *levels,
                                              double *quantiles, int64_t *invalid);

/*
 * The k best database rows of every query, exact.
 *
 * queries, database  rows of dimension (0 to 2^31 - 1) values, strides in elements
 * k                  1..1024
 * allowed            optional bitmap over the database: row i may be a neighbour if bit i % 8 of
 *                    byte i / 8 is set
 * excluded           optional, query_count x 2: rows from..to-1 are no neighbours of the query; any
 *                    numbers, what lies outside of the database excludes nothing
 * indices, scores    optional, query_count x k, best first, the lower index first on a tie; squared
 *                    L2: the distance, smallest first. Missing neighbours: index -1, score NaN
 * vote, temperature  how neighbours vote; votes (query_count x classes, 1 to 255) get the sums of
 *                    weights of each class (POSITIVE_SCORE is refused for squared L2); temperature,
 *                    finite and above 0, is for SOFTMAX_SCORE alone
 * labels             database_count classes (uint8, those >= classes do not vote), or
 *                    database_count x classes shares (float)
 * invalid            optional, 2 counts: queries and database rows that are not finite; such a
 *                    query gets NaN and -1, such a row is nobody's neighbour
 */
ONELABEL_API onelabel_status onelabel_knn(
    onelabel_context *context, const void *queries, int64_t query_count, int64_t query_stride,
    const void *database, int64_t database_count, int64_t database_stride, int64_t dimension,
    int32_t type, int32_t metric, int32_t k, const uint8_t *allowed, const int64_t *excluded,
    int64_t *indices, float *scores, int32_t vote, float temperature, const void *labels,
    int32_t label_kind, int32_t classes, float *votes, int64_t *invalid);

/*
 * All database rows within a radius of every query, exact. The scores are those of onelabel_knn, to
 * the bit. How many there are is not known before: a call says so, and writes the rows where there
 * is room for all of them. With a capacity of 0 it counts alone, and a second one has the room.
 *
 * queries .. metric  as for onelabel_knn
 * radius             not NaN; squared L2: rows at this distance or less; cosine and inner product:
 *                    rows of this score or more
 * allowed, excluded  as for onelabel_knn
 * starts             query_count + 1: the rows of query i are number starts[i] to starts[i + 1] - 1
 *                    of the outputs; starts[0] is 0, the last one how many there are in all
 * capacity           what indices and scores have room for; where there are more rows, neither is
 *                    written
 * indices, scores    optional, capacity; of each query the lower index first, not the nearer row
 * invalid            optional, 2 counts: queries and database rows that are not finite; near such a
 *                    query there is no row, and such a row is near nothing
 */
ONELABEL_API onelabel_status onelabel_range_search(
    onelabel_context *context, const void *queries, int64_t query_count, int64_t query_stride,
    const void *database, int64_t database_count, int64_t database_stride, int64_t dimension,
    int32_t type, int32_t metric, float radius, const uint8_t *allowed, const int64_t *excluded,
    int64_t *starts, int64_t capacity, int64_t *indices, float *scores, int64_t *invalid);

/*
 * Makes a database without rows, for many searches: what a search makes of rows - rounded ones, the
 * leaves of a tree - is made once and kept. dimension: 0 to 2^31 - 1; type: that of its rows and
 * queries. Contexts of the same instruction set work with it; on devices those alone that share
 * them with `context`. It may outlive them.
 *
 * Any number of threads may search it and append to it at once: a search says how many of the rows
 * it is for. Memory on a processor: 4 bytes a value of the rows (float, whatever the type), after
 * the first search up to 3 more, or 6 for leaves; an append may need as much again meanwhile. On a
 * device rows lie in the memory of the first one, in their type. A forked child may go on with it
 * unless a thread of its parent was just appending or searching for the first time.
 */
ONELABEL_API onelabel_status onelabel_database_create(onelabel_context *context, int64_t dimension,
                                                      int32_t type, int32_t metric,
                                                      onelabel_database **database);

/*
 * Copies rows behind those that are there; they are numbered on. If this fails the database is as
 * it was. rows: count rows of the database's dimension and type, stride in elements.
 */
ONELABEL_API onelabel_status onelabel_database_append(onelabel_context *context,
                                                      onelabel_database *database, const void *rows,
                                                      int64_t count, int64_t stride);

/* How many rows it has; 0 for NULL. */
ONELABEL_API int64_t onelabel_database_count(const onelabel_database *database);

/* No call may work with it any more. NULL is let pass. */
ONELABEL_API void onelabel_database_destroy(onelabel_database *database);

/*
 * onelabel_knn in a database: the same answer, to the bit. allowed and labels are for `rows` rows,
 * the first of the database; a search sees no others, and there must be so many.
 */
ONELABEL_API onelabel_status onelabel_database_knn(
    onelabel_context *context, const onelabel_database *database, int64_t rows, const void *queries,
    int64_t query_count, int64_t query_stride, int32_t k, const uint8_t *allowed,
    const int64_t *excluded, int64_t *indices, float *scores, int32_t vote, float temperature,
    const void *labels, int32_t label_kind, int32_t classes, float *votes, int64_t *invalid);

/* onelabel_range_search in the first `rows` rows of a database: the same answer, to the bit. */
ONELABEL_API onelabel_status onelabel_database_range_search(
    onelabel_context *context, const onelabel_database *database, int64_t rows, const void *queries,
    int64_t query_count, int64_t query_stride, float radius, const uint8_t *allowed,
    const int64_t *excluded, int64_t *starts, int64_t capacity, int64_t *indices, float *scores,
    int64_t *invalid);

#ifdef __cplusplus
}
#endif

#endif
