// Neighbours by a matrix product in few bits: tiles of products that stay in the cache, the best
// candidates of each query kept by a threshold, their scores taken again in float32. A library
// brings the product alone.
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include "peer.h"

namespace peers {

using Bfloat16 = uint16_t;
using Memory = std::unique_ptr<void, void (*)(void *)>;

inline Memory allocate(size_t bytes) {
  return {std::aligned_alloc(64, (bytes + 63) / 64 * 64), std::free};
}

template <class Value>
struct Product {
  using Sum = std::conditional_t<std::is_same_v<Value, int8_t>, int32_t, float>;
  virtual ~Product() = default;
  /// Takes a tile of the database, `TILE` rows, in whatever layout the library likes best.
  virtual void add(const Value *rows) = 0;
  /// The products of a block of queries with tile number `tile`: a row of `TILE` for each query.
  virtual void multiply(const Value *queries, int64_t tile, Sum *sums) = 0;
};

/// Queries of a block and rows of a tile: a tile's sums are 1 MiB and stay in the second level.
constexpr int64_t BLOCK = 256, TILE = 1024;

/// The library's product for blocks of `block` queries; null where it cannot.
template <class Value>
std::unique_ptr<Product<Value>> product(int block, int dimension);

inline void round_row(const float *row, int64_t dimension, Bfloat16 *to, float &scale) {
  for (int64_t i = 0; i < dimension; i++) {
    uint32_t bits;
    std::memcpy(&bits, row + i, 4);
    to[i] = Bfloat16((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  }
  scale = 1;
}

inline void round_row(const float *row, int64_t dimension, int8_t *to, float &scale) {
  float largest = 0;
  for (int64_t i = 0; i < dimension; i++) largest = std::max(largest, std::fabs(row[i]));
  scale = largest > 0 ? largest / 127 : 1;
  for (int64_t i = 0; i < dimension; i++) to[i] = int8_t(std::nearbyintf(row[i] / scale));
}

struct Candidate {
  float score;
  int32_t row;
};
inline bool better(const Candidate &a, const Candidate &b) { return a.score > b.score; }

/// Keeps the best `wanted` of what comes, thinning when twice as many have come.
class Best {
 public:
  explicit Best(int wanted) : wanted_(wanted), kept_(2 * wanted + STEP) {}
  void clear() {
    count_ = 0;
    least_ = -std::numeric_limits<float>::infinity();
  }
  /// Scores of the rows from `first` on: sums times factors plus offsets.
  template <class Sum>
  void add(const Sum *sums, const float *factors, const float *offsets, float offset_scale,
           int64_t first) {
    for (int64_t from = 0; from < TILE; from += STEP) {
      Floats values = __builtin_convertvector(load<Sums<Sum>>(sums + from), Floats);
      values = values * load<Floats>(factors + from) + load<Floats>(offsets + from) * offset_scale;
      float scores[STEP];
      std::memcpy(scores, &values, sizeof scores);
      for (uint32_t hits = above(values); hits != 0; hits &= hits - 1) {
        int i = __builtin_ctz(hits);
        kept_[count_++] = {scores[i], int32_t(first + from + i)};
      }
      if (count_ >= 2 * wanted_) thin();
    }
  }
  void thin() {
    if (count_ <= wanted_) return;
    std::nth_element(kept_.begin(), kept_.begin() + (wanted_ - 1), kept_.begin() + count_, better);
    count_ = wanted_;
    least_ = kept_[wanted_ - 1].score;
  }
  Candidate *begin() { return kept_.data(); }
  Candidate *end() { return kept_.data() + count_; }

 private:
  static constexpr int STEP = 16;
  template <class Sum>
  using Sums [[gnu::vector_size(STEP * sizeof(Sum))]] = Sum;
  using Floats = Sums<float>;
  template <class Vector>
  static Vector load(const void *from) {
    Vector values;
    std::memcpy(&values, from, sizeof values);
    return values;
  }
  /// A bit for each score that is better than the least that counts.
  uint32_t above(const Floats &scores) const {
#ifdef __AVX512F__
    return _mm512_cmp_ps_mask(__m512(scores), _mm512_set1_ps(least_), _CMP_GT_OQ);
#else
    __m256 halves[2], least = _mm256_set1_ps(least_);
    std::memcpy(halves, &scores, sizeof halves);
    int low = _mm256_movemask_ps(_mm256_cmp_ps(halves[0], least, _CMP_GT_OQ));
    int high = _mm256_movemask_ps(_mm256_cmp_ps(halves[1], least, _CMP_GT_OQ));
    return uint32_t(low | high << 8);
#endif
  }
  int wanted_, count_ = 0;
  float least_ = 0;
  std::vector<Candidate> kept_;
};

struct Structure {
  virtual ~Structure() = default;
  virtual void search(const float *queries, int64_t count, int k, int candidates, int64_t *indices,
                      float *scores) = 0;
};

template <class Value>
class Products : public Structure {
 public:
  Products(const float *rows, int64_t count, int64_t dimension, bool squared_l2, int64_t block,
           std::unique_ptr<Product<Value>> product)
      : rows_(rows),
        count_(count),
        dimension_(dimension),
        squared_l2_(squared_l2),
        block_(block),
        tiles_((count + TILE - 1) / TILE),
        factors_(tiles_ * TILE),
        product_(std::move(product)),
        // Rows that fill the last tile never win.
        offsets_(tiles_ * TILE, -std::numeric_limits<float>::infinity()) {
    std::vector<Value> tile(TILE * dimension);
    for (int64_t t = 0; t < tiles_; t++) {
      std::fill(tile.begin(), tile.end(), Value{});
      for (int64_t r = t * TILE; r < std::min(count, (t + 1) * TILE); r++) {
        round_row(rows + r * dimension, dimension, &tile[(r - t * TILE) * dimension], factors_[r]);
        offsets_[r] = squared_l2 ? -dot(rows + r * dimension, rows + r * dimension) / 2 : 0;
      }
      product_->add(tile.data());
    }
  }

  void search(const float *queries, int64_t count, int k, int candidates, int64_t *indices,
              float *scores) override {
    std::vector<Value> rounded(block_ * dimension_);
    std::vector<float> scales(block_);
    std::vector<typename Product<Value>::Sum> sums(block_ * TILE);
    std::vector<Best> best(block_, Best(candidates));
    for (int64_t first = 0; first < count; first += block_) {
      int64_t here =
          std::min(block_, count - first);  // the product of the last block's rest is not looked at
      for (int64_t q = 0; q < here; q++) {
        round_row(queries + (first + q) * dimension_, dimension_, &rounded[q * dimension_],
                  scales[q]);
        best[q].clear();
      }
      for (int64_t t = 0; t < tiles_; t++) {
        product_->multiply(rounded.data(), t, sums.data());
        for (int64_t q = 0; q < here; q++) {
          best[q].add(&sums[q * TILE], &factors_[t * TILE], &offsets_[t * TILE], 1 / scales[q],
                      t * TILE);
        }
      }
      for (int64_t q = 0; q < here; q++) {
        int64_t at = first + q;
        finish(queries + at * dimension_, best[q], k, indices + at * k, scores + at * k);
      }
    }
  }

 private:
  float dot(const float *a, const float *b) const {
    float sum = 0;
    for (int64_t i = 0; i < dimension_; i++) sum += a[i] * b[i];
    return sum;
  }
  float distance(const float *a, const float *b) const {
    float sum = 0;
    for (int64_t i = 0; i < dimension_; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
  }
  void finish(const float *query, Best &best, int k, int64_t *indices, float *scores) const {
    best.thin();
    for (Candidate &c : best) {
      const float *row = rows_ + c.row * dimension_;
      c.score = squared_l2_ ? -distance(query, row) : dot(query, row);
    }
    std::partial_sort(best.begin(), best.begin() + k, best.end(), better);
    for (int i = 0; i < k; i++) {
      indices[i] = best.begin()[i].row;
      scores[i] = squared_l2_ ? -best.begin()[i].score : best.begin()[i].score;
    }
  }

  const float *rows_;
  int64_t count_, dimension_;
  bool squared_l2_;
  int64_t block_, tiles_;
  std::vector<float> factors_;
  std::unique_ptr<Product<Value>> product_;
  std::vector<float> offsets_;
};

template <class Value>
Structure *create(const float *rows, int64_t count, int64_t dimension, bool squared_l2,
                  int64_t queries) {
  int64_t block = std::min(queries, BLOCK);
  auto made = product<Value>(int(block), int(dimension));
  if (!made) return nullptr;
  return new Products<Value>(rows, count, dimension, squared_l2, block, std::move(made));
}

}  // namespace peers

void *peer_create(const float *rows, int64_t count, int64_t dimension, int squared_l2, int kind,
                  int64_t queries) {
  if (kind == 0) return peers::create<peers::Bfloat16>(rows, count, dimension, squared_l2, queries);
  return peers::create<int8_t>(rows, count, dimension, squared_l2, queries);
}

void peer_search(void *structure, const float *queries, int64_t count, int k, int candidates,
                 int64_t *indices, float *scores) {
  static_cast<peers::Structure *>(structure)->search(queries, count, k, candidates, indices,
                                                     scores);
}

void peer_destroy(void *structure) { delete static_cast<peers::Structure *>(structure); }
