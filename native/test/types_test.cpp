// Features of every type give what the float32 that they stand for gives, to the bit, on every
// instruction set (every device) there is:
//   types_test [ROUNDS]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "checks.h"
#include "halves.h"
#include "isas.h"
#include "onelabel.h"

namespace {

template <typename Value>
bool same(const std::vector<Value> &a, const std::vector<Value> &b) {
  // One NaN is as good as another.
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](Value x, Value y) {
    return x != x ? y != y : std::memcmp(&x, &y, sizeof x) == 0;
  });
}

// Features as they are stored, and what they stand for. Every pattern of bits occurs, so also
// infinities and NaN of the types that have them.
struct Features {
  std::vector<uint8_t> stored;
  std::vector<float> values;

  Features(int32_t type, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
      uint16_t bits = static_cast<uint16_t>(between(0, 65535));
      // Ordinary numbers most often: else hardly a vector is finite.
      if (between(0, 400) > 0) bits = static_cast<uint16_t>((bits & 0x83FF) | 0x3C00);
      if (type == ONELABEL_INT8) {
        int8_t number = static_cast<int8_t>(between(-128, 127));
        stored.push_back(static_cast<uint8_t>(number));
        values.push_back(static_cast<float>(number));
      } else {
        stored.push_back(static_cast<uint8_t>(bits));
        stored.push_back(static_cast<uint8_t>(bits >> 8));
        values.push_back(type == ONELABEL_FLOAT16 ? half_value(bits) : bfloat_value(bits));
      }
    }
  }
};

void cosine(onelabel_context *context, int32_t type) {
  int64_t n = between(0, 1100), d = between(0, 70);
  int32_t classes = static_cast<int32_t>(between(2, 20));
  int32_t layout = static_cast<int32_t>(between(0, 1));
  bool rows = layout == ONELABEL_ROWS;
  int64_t stride = (rows ? d : n) + between(0, 5);
  current = "cosine, type " + std::to_string(type) + ", n " + std::to_string(n) + ", d " +
            std::to_string(d) + ", layout " + std::to_string(layout);
  Features features(type, (rows ? n : d) * stride);
  std::vector<float> prototypes(static_cast<size_t>(classes * d));
  for (float &value : prototypes) value = std::normal_distribution<float>()(random_bits);
  auto run = [&](const void *from, int32_t kind, std::vector<float> &scores,
                 std::vector<uint8_t> &labels, std::vector<float> &margins) {
    scores.resize(static_cast<size_t>(classes * n));
    labels.resize(static_cast<size_t>(n));
    margins.resize(labels.size());
    int64_t invalid = -1;
    check(onelabel_prototype_cosine(context, from, kind, layout, n, d, stride, prototypes.data(),
                                    classes, scores.data(), labels.data(), margins.data(),
                                    &invalid) == ONELABEL_OK,
          onelabel_last_error());
    return invalid;
  };
  std::vector<float> scores[2], margins[2];
  std::vector<uint8_t> labels[2];
  int64_t found = run(features.stored.data(), type, scores[0], labels[0], margins[0]);
  int64_t expected =
      run(features.values.data(), ONELABEL_FLOAT32, scores[1], labels[1], margins[1]);
  check(found == expected && (type != ONELABEL_INT8 || found == 0), "vectors that are not finite");
  check(same(scores[0], scores[1]), "scores");
  check(same(labels[0], labels[1]) && same(margins[0], margins[1]), "labels and margins");
}

void knn(onelabel_context *context, int32_t type, bool slow) {
  int32_t metric = static_cast<int32_t>(between(0, 2)), k = static_cast<int32_t>(between(1, 60));
  int64_t q = between(0, slow ? 40 : 300), m = between(0, slow ? 600 : 3000), d = between(0, 90);
  if (between(0, 5) == 0) q = std::min<int64_t>(q, 4);
  int64_t query_stride = d + between(0, 3), row_stride = d + between(0, 3);
  current = "knn, type " + std::to_string(type) + ", metric " + std::to_string(metric) + ", q " +
            std::to_string(q) + ", m " + std::to_string(m) + ", d " + std::to_string(d);
  Features queries(type, q * query_stride), database(type, m * row_stride);
  auto run = [&](const void *from, const void *rows, int32_t kind, std::vector<int64_t> &indices,
                 std::vector<float> &scores) {
    indices.resize(static_cast<size_t>(q * k));
    scores.resize(indices.size());
    check(onelabel_knn(context, from, q, query_stride, rows, m, row_stride, d, kind, metric, k,
                       nullptr, nullptr, indices.data(), scores.data(), ONELABEL_NO_VOTE, 1,
                       nullptr, 0, 0, nullptr, nullptr) == ONELABEL_OK,
          onelabel_last_error());
  };
  std::vector<int64_t> found, expected;
  std::vector<float> found_scores, expected_scores;
  run(queries.stored.data(), database.stored.data(), type, found, found_scores);
  run(queries.values.data(), database.values.data(), ONELABEL_FLOAT32, expected, expected_scores);
  check(same(found, expected), "indices");
  check(same(found_scores, expected_scores), "scores");
}

}  // namespace

int main(int argc, char **argv) {
  int rounds = argc > 1 ? std::atoi(argv[1]) : 60;
  for (const std::string &isa : tested_isas()) {
    bool slow = is_device(isa);
    onelabel_context *context = nullptr;
    if (onelabel_context_create_for(2, isa.c_str(), &context) != ONELABEL_OK) {
      std::fprintf(stderr, "%s\n", onelabel_last_error());
      return 1;
    }
    random_bits.seed(20261130);
    for (int round = 0; round < rounds; round++)
      for (int32_t type : {ONELABEL_FLOAT16, ONELABEL_BFLOAT16, ONELABEL_INT8}) {
        cosine(context, type);
        knn(context, type, slow);
      }
    std::printf("%s: %d checks, %d failed\n", onelabel_isa(context), checks, failures);
    onelabel_context_destroy(context);
  }
  return failures ? 1 : 0;
}
