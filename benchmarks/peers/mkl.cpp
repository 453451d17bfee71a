// Products of Intel MKL: cblas_gemm_bf16bf16f32 and cblas_gemm_s8u8s32 on a packed database.
#include <mkl_cblas.h>

#include "products.h"

namespace peers {

class Bfloat16Product : public Product<Bfloat16> {
 public:
  Bfloat16Product(int block, int dimension)
      : block_(block),
        dimension_(dimension),
        size_(cblas_gemm_bf16bf16f32_pack_get_size(CblasBMatrix, block, TILE, dimension)) {}
  void add(const Bfloat16 *rows) override {
    tiles_.push_back(allocate(size_));
    cblas_gemm_bf16bf16f32_pack(CblasRowMajor, CblasBMatrix, CblasTrans, block_, TILE, dimension_,
                                rows, dimension_, static_cast<Bfloat16 *>(tiles_.back().get()));
  }
  void multiply(const Bfloat16 *queries, int64_t tile, float *sums) override {
    cblas_gemm_bf16bf16f32_compute(
        CblasRowMajor, CblasNoTrans, CblasPacked, block_, TILE, dimension_, 1, queries, dimension_,
        static_cast<Bfloat16 *>(tiles_[tile].get()), dimension_, 0, sums, TILE);
  }

 private:
  int block_, dimension_;
  size_t size_;
  std::vector<Memory> tiles_;
};

/// Queries as unsigned bytes, 128 more than they are, which the product takes off again.
class ByteProduct : public Product<int8_t> {
 public:
  ByteProduct(int block, int dimension)
      : block_(block),
        dimension_(dimension),
        unsigned_(block * dimension),
        size_(cblas_gemm_s8u8s32_pack_get_size(CblasBMatrix, block, TILE, dimension)) {}
  void add(const int8_t *rows) override {
    tiles_.push_back(allocate(size_));
    cblas_gemm_s8u8s32_pack(CblasRowMajor, CblasBMatrix, CblasTrans, block_, TILE, dimension_, rows,
                            dimension_, tiles_.back().get());
  }
  void multiply(const int8_t *queries, int64_t tile, int32_t *sums) override {
    for (size_t i = 0; i < unsigned_.size(); i++) unsigned_[i] = uint8_t(queries[i]) ^ 0x80;
    int32_t none = 0;
    cblas_gemm_s8u8s32_compute(CblasRowMajor, CblasNoTrans, CblasPacked, CblasFixOffset, block_,
                               TILE, dimension_, 1, unsigned_.data(), dimension_, -128,
                               tiles_[tile].get(), dimension_, 0, 0, sums, TILE, &none);
  }

 private:
  int block_, dimension_;
  std::vector<uint8_t> unsigned_;
  size_t size_;
  std::vector<Memory> tiles_;
};

template <>
std::unique_ptr<Product<Bfloat16>> product(int block, int dimension) {
  return std::make_unique<Bfloat16Product>(block, dimension);
}
template <>
std::unique_ptr<Product<int8_t>> product(int block, int dimension) {
  return std::make_unique<ByteProduct>(block, dimension);
}

}  // namespace peers
