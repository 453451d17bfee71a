// Products of NumKong (once SimSIMD): nk_dots_packed_*, for the instruction set it is compiled for.
#include <numkong/capabilities.h>
#include <numkong/dots.h>

#include "products.h"

namespace peers {

template <class Value>
class Dots : public Product<Value> {
  static constexpr bool BYTES = std::is_same_v<Value, int8_t>;

 public:
  using Sum = typename Product<Value>::Sum;
  Dots(int block, int dimension) : block_(block), dimension_(dimension) {
    nk_configure_thread_(nk_capabilities_());
    size_ =
        BYTES ? nk_dots_packed_size_i8(TILE, dimension) : nk_dots_packed_size_bf16(TILE, dimension);
  }
  void add(const Value *rows) override {
    tiles_.push_back(allocate(size_));
    void *to = tiles_.back().get();
    if constexpr (BYTES)
      nk_dots_pack_i8(rows, TILE, dimension_, dimension_, to);
    else
      nk_dots_pack_bf16(reinterpret_cast<const nk_bf16_t *>(rows), TILE, dimension_, 2 * dimension_,
                        to);
  }
  void multiply(const Value *queries, int64_t tile, Sum *sums) override {
    const void *rows = tiles_[tile].get();
    if constexpr (BYTES) {
      nk_dots_packed_i8(queries, rows, sums, block_, TILE, dimension_, dimension_, 4 * TILE);
    } else {
      nk_dots_packed_bf16(reinterpret_cast<const nk_bf16_t *>(queries), rows, sums, block_, TILE,
                          dimension_, 2 * dimension_, 4 * TILE);
    }
  }

 private:
  size_t block_, dimension_, size_;
  std::vector<Memory> tiles_;
};

template <class Value>
std::unique_ptr<Product<Value>> product(int block, int dimension) {
  return std::make_unique<Dots<Value>>(block, dimension);
}
template std::unique_ptr<Product<Bfloat16>> product(int, int);
template std::unique_ptr<Product<int8_t>> product(int, int);

}  // namespace peers
