// Every kernel as it is built in, and one mistake that the test asks for.
#include <dlfcn.h>
#include <onelabel.h>

#include <cstring>
#include <vector>

namespace {

struct Array {
  const void *memory;
  int64_t bytes;
};

enum { NOTHING, BEHIND, BEFORE, CHANGE, STATUS, FAR_BEHIND };

int mistake, place;

template <typename Function>
Function built_in(const char *name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

void spoil(const Array &array, int64_t at) {
  auto bytes = static_cast<unsigned char *>(const_cast<void *>(array.memory));
  if (array.memory && array.bytes > 0) bytes[at] ^= 1;
}

onelabel_status end(onelabel_status status, const std::vector<Array> &inputs,
                    const std::vector<Array> &outputs) {
  auto which = static_cast<size_t>(place);
  if (mistake == BEHIND && which < outputs.size()) spoil(outputs[which], outputs[which].bytes);
  if (mistake == FAR_BEHIND && which < outputs.size())
    spoil(outputs[which], outputs[which].bytes + 4095);
  if (mistake == BEFORE && which < outputs.size()) spoil(outputs[which], -1);
  if (mistake == CHANGE && which < inputs.size()) spoil(inputs[which], inputs[which].bytes / 2);
  return mistake == STATUS ? static_cast<onelabel_status>(place) : status;
}

int64_t size(int32_t type) { return type == ONELABEL_FLOAT32 ? 4 : type == ONELABEL_INT8 ? 1 : 2; }

}  // namespace

extern "C" {

ONELABEL_API void spoil(int what, int where) {
  mistake = what;
  place = where;
}

onelabel_status onelabel_prototype_cosine(onelabel_context *context, const void *features,
                                          int32_t type, int32_t layout, int64_t count,
                                          int64_t dimension, int64_t stride,
                                          const float *prototypes, int32_t classes, float *scores,
                                          uint8_t *labels, float *margins, int64_t *invalid) {
  auto real = built_in<decltype(&onelabel_prototype_cosine)>("onelabel_prototype_cosine");
  return end(real(context, features, type, layout, count, dimension, stride, prototypes, classes,
                  scores, labels, margins, invalid),
             {{features, layout == ONELABEL_ROWS ? count * stride * size(type) : 0},
              {prototypes, 4 * classes * dimension}},
             {{scores, 4 * classes * count}, {labels, count}, {margins, 4 * count}, {invalid, 16}});
}

onelabel_status onelabel_upsample_argmax(onelabel_context *context, const float *scores,
                                         int32_t classes, int64_t in_x, int64_t in_y, int64_t in_z,
                                         int64_t out_x, int64_t out_y, int64_t out_z, int32_t mode,
                                         uint8_t *labels, float *margins) {
  auto real = built_in<decltype(&onelabel_upsample_argmax)>("onelabel_upsample_argmax");
  int64_t fine = out_x * out_y * out_z;
  return end(
      real(context, scores, classes, in_x, in_y, in_z, out_x, out_y, out_z, mode, labels, margins),
      {{scores, 4 * classes * in_x * in_y * in_z}}, {{labels, fine}, {margins, 4 * fine}});
}

onelabel_status onelabel_entropy(onelabel_context *context, const float *input, int32_t kind,
                                 int64_t passes, int32_t classes, int64_t voxels, float *mean,
                                 float *entropy, uint8_t *labels, float *mutual_information,
                                 int64_t *invalid) {
  auto real = built_in<decltype(&onelabel_entropy)>("onelabel_entropy");
  return end(real(context, input, kind, passes, classes, voxels, mean, entropy, labels,
                  mutual_information, invalid),
             {{input, 4 * passes * classes * voxels}},
             {{mean, 4 * classes * voxels},
              {entropy, 4 * voxels},
              {labels, voxels},
              {mutual_information, 4 * voxels},
              {invalid, 16}});
}

onelabel_status onelabel_summary(onelabel_context *context, const float *values, int64_t count,
                                 double *mean, int32_t bins, double low, double high,
                                 int64_t *histogram, int32_t quantile_count, const double *levels,
                                 double *quantiles, int64_t *invalid) {
  auto real = built_in<decltype(&onelabel_summary)>("onelabel_summary");
  return end(real(context, values, count, mean, bins, low, high, histogram, quantile_count, levels,
                  quantiles, invalid),
             {{values, 4 * count}, {levels, 8 * quantile_count}},
             {{mean, 8}, {quantiles, 8 * quantile_count}, {invalid, 16}});
}

onelabel_status onelabel_knn(onelabel_context *context, const void *queries, int64_t query_count,
                             int64_t query_stride, const void *database, int64_t database_count,
                             int64_t database_stride, int64_t dimension, int32_t type,
                             int32_t metric, int32_t k, const uint8_t *allowed,
                             const int64_t *excluded, int64_t *indices, float *scores, int32_t vote,
                             float temperature, const void *labels, int32_t label_kind,
                             int32_t classes, float *votes, int64_t *invalid) {
  auto real = built_in<decltype(&onelabel_knn)>("onelabel_knn");
  return end(real(context, queries, query_count, query_stride, database, database_count,
                  database_stride, dimension, type, metric, k, allowed, excluded, indices, scores,
                  vote, temperature, labels, label_kind, classes, votes, invalid),
             {{queries, query_count * query_stride * size(type)},
              {database, database_count * database_stride * size(type)},
              {allowed, database_count / 8},
              {excluded, 16 * query_count},
              {labels, label_kind == ONELABEL_HARD_LABELS ? database_count : 0}},
             {{indices, 8 * query_count * k},
              {scores, 4 * query_count * k},
              {votes, 4 * query_count * classes},
              {invalid, 16}});
}

onelabel_status onelabel_range_search(onelabel_context *context, const void *queries,
                                      int64_t query_count, int64_t query_stride,
                                      const void *database, int64_t database_count,
                                      int64_t database_stride, int64_t dimension, int32_t type,
                                      int32_t metric, float radius, const uint8_t *allowed,
                                      const int64_t *excluded, int64_t *starts, int64_t capacity,
                                      int64_t *indices, float *scores, int64_t *invalid) {
  auto real = built_in<decltype(&onelabel_range_search)>("onelabel_range_search");
  return end(real(context, queries, query_count, query_stride, database, database_count,
                  database_stride, dimension, type, metric, radius, allowed, excluded, starts,
                  capacity, indices, scores, invalid),
             {{queries, query_count * query_stride * size(type)},
              {database, database_count * database_stride * size(type)},
              {allowed, database_count / 8},
              {excluded, 16 * query_count}},
             {{starts, 8 * (query_count + 1)},
              {indices, 8 * capacity},
              {scores, 4 * capacity},
              {invalid, 16}});
}

}  // extern "C"
