// The C ABI: checks every argument, turns exceptions into status codes.
#include <cmath>
#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "context.h"

namespace {

using onelabel::Refusal;
using onelabel::require;

thread_local char last_error[512] = "";

onelabel_status fail(onelabel_status status, const std::string &why) {
  std::snprintf(last_error, sizeof last_error, "%s", why.c_str());
  return status;
}

// a * b * size bytes must stay addressable.
void require_addressable(int64_t a, int64_t b, int64_t size, const char *what) {
  int64_t product;
  if (__builtin_mul_overflow(a, b, &product) || __builtin_mul_overflow(product, size, &product))
    throw Refusal{std::string(what) + " has more bytes than can be addressed"};
}

// The bytes of an element must divide its address.
void require_aligned(const void *array, int64_t size, const char *what) {
  if (reinterpret_cast<uintptr_t>(array) % static_cast<uintptr_t>(size) != 0)
    throw Refusal{std::string(what) + " must lie at a multiple of " + std::to_string(size) +
                  " bytes"};
}

template <typename Body>
onelabel_status guarded(onelabel_context *context, Body body) {
  if (!context) return fail(ONELABEL_INVALID_ARGUMENT, "context is NULL");
  return onelabel::guarded([&] {
    context->require_usable();
    context->cancellation.check();
    body();
  });
}

// So many that sizes of scratch memory can be computed.
constexpr int64_t kMostDimensions = INT32_MAX;

int64_t element_size(int32_t type) {
  require(type >= ONELABEL_FLOAT32 && type <= ONELABEL_INT8,
          "type is none of float32, float16, bfloat16, int8");
  return onelabel::bytes_of(type);
}

void check_metric(int32_t metric) {
  require(metric >= ONELABEL_COSINE && metric <= ONELABEL_SQUARED_L2,
          "metric is none of COSINE, INNER_PRODUCT, SQUARED_L2");
}

void check(const onelabel::SearchCall &call) {
  int64_t size = element_size(call.type);
  check_metric(call.metric);
  require(call.query_count >= 0 && call.database_count >= 0 && call.dimension >= 0,
          "counts and dimension must not be negative");
  require(call.dimension <= kMostDimensions, "dimension must be 2147483647 at most");
  require(call.query_stride >= call.dimension && call.database_stride >= call.dimension,
          "a stride is shorter than the dimension");
  require_addressable(call.query_count, call.query_stride, size, "queries");
  require_addressable(call.database_count, call.database_stride, size, "database");
  if (call.excluded) require_addressable(call.query_count, 2, 8, "excluded");
  require_aligned(call.queries, size, "queries");
  require_aligned(call.database, size, "database");
  require_aligned(call.excluded, 8, "excluded");
  require_aligned(call.invalid, 8, "invalid");
  require(call.dimension == 0 || call.query_count == 0 || call.queries, "queries must not be NULL");
  require(call.dimension == 0 || call.database_count == 0 || call.database || call.prepared,
          "database must not be NULL");
}

void require_of(const onelabel_context *context, const onelabel_database *database) {
  require(database, "database is NULL");
  require(database->home == context->home(),
          "the database is of another instruction set, or of other devices");
}

// A search in the first `rows` rows of a database.
onelabel::SearchCall search_in(const onelabel_context *context, const onelabel_database *database,
                               int64_t rows, const void *queries, int64_t query_count,
                               int64_t query_stride, const uint8_t *allowed,
                               const int64_t *excluded, int64_t *invalid) {
  require_of(context, database);
  require(rows >= 0 && rows <= database->count(), "the database has not so many rows");
  int64_t dimension = database->dimension;
  return {queries,        query_count,      query_stride, nullptr,  rows,    dimension, dimension,
          database->type, database->metric, allowed,      excluded, invalid, database};
}

// The vote and the outputs of a search, which is checked here, too.
void check(const onelabel::KnnCall &call) {
  check(static_cast<const onelabel::SearchCall &>(call));
  require(call.k >= 1 && call.k <= 1024, "k must be 1 to 1024");
  require_addressable(call.query_count, call.k, 8, "indices");
  require_aligned(call.indices, 8, "indices");
  require_aligned(call.scores, 4, "scores");
  require(call.vote >= ONELABEL_NO_VOTE && call.vote <= ONELABEL_SOFTMAX_SCORE,
          "vote is none of NO_VOTE, POSITIVE_SCORE, SOFTMAX_SCORE");
  if (call.vote == ONELABEL_NO_VOTE) return;
  require((call.votes || call.query_count == 0) && (call.labels || call.database_count == 0),
          "a vote needs labels and votes");
  require(call.classes >= 1 && call.classes <= 255, "classes must be 1 to 255");
  require(call.label_kind == ONELABEL_HARD_LABELS || call.label_kind == ONELABEL_SOFT_LABELS,
          "label_kind is neither HARD_LABELS nor SOFT_LABELS");
  require(call.vote != ONELABEL_POSITIVE_SCORE || call.metric != ONELABEL_SQUARED_L2,
          "POSITIVE_SCORE has no meaning for squared L2");
  require(call.vote != ONELABEL_SOFTMAX_SCORE ||
              (call.temperature > 0 && std::isfinite(call.temperature)),
          "temperature must be positive");
  require_addressable(call.query_count, call.classes, 4, "votes");
  require_addressable(call.database_count, call.classes, 4, "labels");
  require_aligned(call.votes, 4, "votes");
  if (call.label_kind == ONELABEL_SOFT_LABELS) require_aligned(call.labels, 4, "labels");
}

void run(onelabel_context *context, onelabel::KnnCall call) {
  check(call);
  if (call.vote == ONELABEL_NO_VOTE) call.votes = nullptr;
  if (call.invalid) call.invalid[0] = call.invalid[1] = 0;
  context->knn(call);
}

void run(onelabel_context *context, const onelabel::RangeCall &call) {
  check(static_cast<const onelabel::SearchCall &>(call));
  require(!std::isnan(call.radius), "radius is not a number");
  require(call.starts, "starts must not be NULL");
  require(call.capacity >= 0, "capacity must not be negative");
  require_addressable(call.capacity, 8, 1, "indices");
  require_aligned(call.starts, 8, "starts");
  require_aligned(call.indices, 8, "indices");
  require_aligned(call.scores, 4, "scores");
  if (call.invalid) call.invalid[0] = call.invalid[1] = 0;
  context->range_search(call);
}

}  // namespace

namespace onelabel {

onelabel_status status_of(void (*body)(void *), void *argument) {
  try {
    body(argument);
    return ONELABEL_OK;
  } catch (const Refusal &refusal) {
    return fail(ONELABEL_INVALID_ARGUMENT, refusal.why);
  } catch (const Unavailable &unavailable) {
    return fail(ONELABEL_UNAVAILABLE, unavailable.why);
  } catch (const Cancelled &) {
    return fail(ONELABEL_CANCELLED, "the call is cancelled");
  } catch (const std::bad_alloc &) {
    return fail(ONELABEL_OUT_OF_MEMORY, "out of memory");
  } catch (const std::length_error &) {
    return fail(ONELABEL_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception &e) {
    return fail(ONELABEL_INTERNAL, e.what());
  } catch (...) {
    return fail(ONELABEL_INTERNAL, "unknown error");
  }
}

std::vector<float> unit_prototypes(const float *prototypes, int32_t classes, int64_t dimension) {
  std::vector<float> units(static_cast<size_t>(classes * dimension));
  for (int32_t c = 0; c < classes; c++) {
    double square = 0;
    for (int64_t d = 0; d < dimension; d++) {
      double value = prototypes[c * dimension + d];
      require(std::isfinite(value), "a prototype is not finite");
      square += value * value;
    }
    double scale = square > 0 ? 1 / std::sqrt(square) : 0;
    for (int64_t d = 0; d < dimension; d++)
      units[static_cast<size_t>(c * dimension + d)] =
          static_cast<float>(prototypes[c * dimension + d] * scale);
  }
  return units;
}

}  // namespace onelabel

extern "C" {

uint32_t onelabel_abi_version(void) { return ONELABEL_ABI_VERSION; }

#define TEXT(number) #number
#define VERSION(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)
const char *onelabel_version(void) {
  return VERSION(ONELABEL_VERSION_MAJOR, ONELABEL_VERSION_MINOR, ONELABEL_VERSION_PATCH);
}

const char *onelabel_last_error(void) { return last_error; }

onelabel_status onelabel_context_create(int32_t threads, onelabel_context **context) {
  return onelabel_context_create_for(threads, nullptr, context);
}

onelabel_status onelabel_context_create_for(int32_t threads, const char *isa,
                                            onelabel_context **context) {
  if (!context) return fail(ONELABEL_INVALID_ARGUMENT, "context is NULL");
  *context = nullptr;
  return onelabel::guarded([&] {
    require(threads >= 0 && threads <= 1024, "threads must be 0 (as many as may be used) to 1024");
    *context = onelabel::create_context(threads, isa);
  });
}

const char *onelabel_isas(void) {
  thread_local std::string all;
  all.clear();
  onelabel::guarded([&] {
    for (const std::string &isa : onelabel::isas()) all += all.empty() ? isa : "," + isa;
  });
  return all.c_str();
}

onelabel_status onelabel_measure_bounds(onelabel_context *context, double *float_operations,
                                        double *filter_operations, double *read_bytes) {
  return guarded(context, [&] {
    require_aligned(float_operations, 8, "float_operations");
    require_aligned(filter_operations, 8, "filter_operations");
    require_aligned(read_bytes, 8, "read_bytes");
    context->measure_bounds(float_operations, filter_operations, read_bytes);
  });
}

onelabel_status onelabel_context_share(onelabel_context *context, onelabel_context **shared) {
  return onelabel::guarded([&] {
    require(context && shared, "context and shared must not be NULL");
    *shared = nullptr;
    context->require_usable();
    *shared = context->share();
  });
}

void onelabel_context_cancel(onelabel_context *context) {
  if (context) context->cancellation.cancel();
}

void onelabel_context_destroy(onelabel_context *context) { delete context; }

const char *onelabel_isa(const onelabel_context *context) { return context ? context->isa() : ""; }

int32_t onelabel_threads(const onelabel_context *context) {
  return context ? context->threads() : 0;
}

onelabel_status onelabel_prototype_cosine(onelabel_context *context, const void *features,
                                          int32_t type, int32_t layout, int64_t count,
                                          int64_t dimension, int64_t stride,
                                          const float *prototypes, int32_t classes, float *scores,
                                          uint8_t *labels, float *margins, int64_t *invalid) {
  return guarded(context, [&] {
    int64_t size = element_size(type);
    require(layout == ONELABEL_ROWS || layout == ONELABEL_CHANNELS,
            "layout is neither ROWS nor CHANNELS");
    require(count >= 0 && dimension >= 0, "count and dimension must not be negative");
    require(dimension <= kMostDimensions, "dimension must be 2147483647 at most");
    require(classes >= 1 && classes <= 255, "classes must be 1 to 255");
    require(!margins || classes >= 2, "margins need 2 classes at least");
    int64_t vectors = layout == ONELABEL_ROWS ? count : dimension;
    require(stride >= (layout == ONELABEL_ROWS ? dimension : count),
            "stride is shorter than what it steps over");
    require_addressable(vectors, stride, size, "features");
    require_addressable(classes, count, 4, "scores");
    require_addressable(classes, dimension, 4, "prototypes");
    require_aligned(features, size, "features");
    require_aligned(prototypes, 4, "prototypes");
    require_aligned(scores, 4, "scores");
    require_aligned(margins, 4, "margins");
    require_aligned(invalid, 8, "invalid");
    if (invalid) *invalid = 0;
    if (count == 0) return;
    require(dimension == 0 || (features && prototypes), "features and prototypes must not be NULL");
    context->cosine({features, type, layout, count, dimension, stride, prototypes, classes, scores,
                     labels, margins, invalid});
  });
}

onelabel_status onelabel_upsample_argmax(onelabel_context *context, const float *scores,
                                         int32_t classes, int64_t in_x, int64_t in_y, int64_t in_z,
                                         int64_t out_x, int64_t out_y, int64_t out_z, int32_t mode,
                                         uint8_t *labels, float *margins) {
  return guarded(context, [&] {
    require(classes >= 1 && classes <= 255, "classes must be 1 to 255");
    require(!margins || classes >= 2, "margins need 2 classes at least");
    require(mode == ONELABEL_NEAREST || mode == ONELABEL_TRILINEAR,
            "mode is neither NEAREST nor TRILINEAR");
    require(out_x >= 0 && out_y >= 0 && out_z >= 0 && in_x >= 0 && in_y >= 0 && in_z >= 0,
            "sides must not be negative");
    int64_t product;
    bool fits = !__builtin_mul_overflow(in_x, in_y, &product) &&
                !__builtin_mul_overflow(product, in_z, &product);
    require(fits, "scores have more bytes than can be addressed");
    require_addressable(product, classes, 4, "scores");
    fits = !__builtin_mul_overflow(out_x, out_y, &product) &&
           !__builtin_mul_overflow(product, out_z, &product);
    require(fits, "labels have more bytes than can be addressed");
    require_addressable(product, 4, 1, "margins");
    require_aligned(scores, 4, "scores");
    require_aligned(margins, 4, "margins");
    if (product == 0) return;
    require(in_x > 0 && in_y > 0 && in_z > 0, "an empty grid has nothing to sample");
    require(scores && labels, "scores and labels must not be NULL");
    context->upsample(
        {scores, classes, {in_x, in_y, in_z}, {out_x, out_y, out_z}, mode, labels, margins});
  });
}

onelabel_status onelabel_entropy(onelabel_context *context, const float *input, int32_t kind,
                                 int64_t passes, int32_t classes, int64_t voxels, float *mean,
                                 float *entropy, uint8_t *labels, float *mutual_information,
                                 int64_t *invalid) {
  return guarded(context, [&] {
    require(kind == ONELABEL_LOGITS || kind == ONELABEL_PROBABILITIES,
            "kind is neither LOGITS nor PROBABILITIES");
    require(classes >= 1 && classes <= 255, "classes must be 1 to 255");
    require(passes >= 1, "passes must be 1 at least");
    require(voxels >= 0, "voxels must not be negative");
    int64_t streams;
    require(!__builtin_mul_overflow(passes, static_cast<int64_t>(classes), &streams),
            "input has more bytes than can be addressed");
    require_addressable(streams, voxels, 4, "input");
    require_aligned(input, 4, "input");
    require_aligned(mean, 4, "mean");
    require_aligned(entropy, 4, "entropy");
    require_aligned(mutual_information, 4, "mutual_information");
    require_aligned(invalid, 8, "invalid");
    if (invalid) *invalid = 0;
    if (voxels == 0) return;
    require(input, "input must not be NULL");
    context->entropy(
        {input, kind, passes, classes, voxels, mean, entropy, labels, mutual_information, invalid});
  });
}

onelabel_status onelabel_summary(onelabel_context *context, const float *values, int64_t count,
                                 double *mean, int32_t bins, double low, double high,
                                 int64_t *histogram, int32_t quantile_count, const double *levels,
                                 double *quantiles, int64_t *invalid) {
  return guarded(context, [&] {
    require_addressable(count, 4, 1, "values");
    require(count >= 0 && quantile_count >= 0, "counts must not be negative");
    require(count == 0 || values, "values must not be NULL");
    require(bins >= 0, "bins must not be negative");
    require(!histogram || bins >= 1, "a histogram needs a bin");
    require(!histogram || (low < high && std::isfinite(high - low)),
            "a histogram needs low < high, both finite, and so must be high - low");
    require(quantile_count == 0 || (levels && quantiles), "quantiles need levels and room");
    require_aligned(values, 4, "values");
    require_aligned(mean, 8, "mean");
    require_aligned(histogram, 8, "histogram");
    require_aligned(levels, 8, "levels");
    require_aligned(quantiles, 8, "quantiles");
    require_aligned(invalid, 8, "invalid");
    for (int32_t q = 0; q < quantile_count; q++)
      require(levels[q] >= 0 && levels[q] <= 1, "a level must lie in 0..1");
    context->summary({values, count, mean, bins, low, high, histogram, quantile_count, levels,
                      quantiles, invalid});
  });
}

onelabel_status onelabel_knn(onelabel_context *context, const void *queries, int64_t query_count,
                             int64_t query_stride, const void *database, int64_t database_count,
                             int64_t database_stride, int64_t dimension, int32_t type,
                             int32_t metric, int32_t k, const uint8_t *allowed,
                             const int64_t *excluded, int64_t *indices, float *scores, int32_t vote,
                             float temperature, const void *labels, int32_t label_kind,
                             int32_t classes, float *votes, int64_t *invalid) {
  return guarded(context, [&] {
    run(context, {{queries, query_count, query_stride, database, database_count, database_stride,
                   dimension, type, metric, allowed, excluded, invalid, nullptr},
                  k,
                  indices,
                  scores,
                  vote,
                  temperature,
                  labels,
                  label_kind,
                  classes,
                  votes});
  });
}

onelabel_status onelabel_range_search(onelabel_context *context, const void *queries,
                                      int64_t query_count, int64_t query_stride,
                                      const void *database, int64_t database_count,
                                      int64_t database_stride, int64_t dimension, int32_t type,
                                      int32_t metric, float radius, const uint8_t *allowed,
                                      const int64_t *excluded, int64_t *starts, int64_t capacity,
                                      int64_t *indices, float *scores, int64_t *invalid) {
  return guarded(context, [&] {
    run(context, {{queries, query_count, query_stride, database, database_count, database_stride,
                   dimension, type, metric, allowed, excluded, invalid, nullptr},
                  radius,
                  starts,
                  capacity,
                  indices,
                  scores});
  });
}

onelabel_status onelabel_database_create(onelabel_context *context, int64_t dimension, int32_t type,
                                         int32_t metric, onelabel_database **database) {
  return guarded(context, [&] {
    require(database, "database must not be NULL");
    *database = nullptr;
    element_size(type);
    check_metric(metric);
    require(dimension >= 0, "dimension must not be negative");
    require(dimension <= kMostDimensions, "dimension must be 2147483647 at most");
    *database = context->create_database(dimension, type, metric);
  });
}

onelabel_status onelabel_database_append(onelabel_context *context, onelabel_database *database,
                                         const void *rows, int64_t count, int64_t stride) {
  return guarded(context, [&] {
    require_of(context, database);
    int64_t size = element_size(database->type);
    require(count >= 0, "count must not be negative");
    require(stride >= database->dimension, "the stride is shorter than the dimension");
    require_addressable(count, stride, size, "rows");
    require_aligned(rows, size, "rows");
    require(count == 0 || database->dimension == 0 || rows, "rows must not be NULL");
    database->append(rows, count, stride, context->cancellation);
  });
}

int64_t onelabel_database_count(const onelabel_database *database) {
  return database ? database->count() : 0;
}

void onelabel_database_destroy(onelabel_database *database) { delete database; }

onelabel_status onelabel_database_knn(onelabel_context *context, const onelabel_database *database,
                                      int64_t rows, const void *queries, int64_t query_count,
                                      int64_t query_stride, int32_t k, const uint8_t *allowed,
                                      const int64_t *excluded, int64_t *indices, float *scores,
                                      int32_t vote, float temperature, const void *labels,
                                      int32_t label_kind, int32_t classes, float *votes,
                                      int64_t *invalid) {
  return guarded(context, [&] {
    run(context, {search_in(context, database, rows, queries, query_count, query_stride, allowed,
                            excluded, invalid),
                  k, indices, scores, vote, temperature, labels, label_kind, classes, votes});
  });
}

onelabel_status onelabel_database_range_search(onelabel_context *context,
                                               const onelabel_database *database, int64_t rows,
                                               const void *queries, int64_t query_count,
                                               int64_t query_stride, float radius,
                                               const uint8_t *allowed, const int64_t *excluded,
                                               int64_t *starts, int64_t capacity, int64_t *indices,
                                               float *scores, int64_t *invalid) {
  return guarded(context, [&] {
    run(context, {search_in(context, database, rows, queries, query_count, query_stride, allowed,
                            excluded, invalid),
                  radius, starts, capacity, indices, scores});
  });
}

}  // extern "C"
