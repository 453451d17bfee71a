// Products of oneDNN's matmul primitive, the database in the layout that it likes best.
#include <oneapi/dnnl/dnnl.hpp>

#include "products.h"

namespace peers {

using dnnl::memory;

template <class Value>
class Matmul : public Product<Value> {
  static constexpr bool BYTES = std::is_same_v<Value, int8_t>;
  static constexpr auto TYPE = BYTES ? memory::data_type::s8 : memory::data_type::bf16;
  static constexpr auto SUM = BYTES ? memory::data_type::s32 : memory::data_type::f32;

 public:
  using Sum = typename Product<Value>::Sum;
  Matmul(int block, int dimension)
      : engine_(dnnl::engine::kind::cpu, 0),
        stream_(engine_),
        plain_({dimension, TILE}, TYPE, memory::format_tag::ba),
        queries_({block, dimension}, TYPE, memory::format_tag::ab),
        sums_({block, TILE}, SUM, memory::format_tag::ab),
        description_(engine_, queries_,
                     memory::desc({dimension, TILE}, TYPE, memory::format_tag::any), sums_),
        matmul_(description_) {}
  void add(const Value *rows) override {
    memory from(plain_, engine_, const_cast<Value *>(rows));
    tiles_.emplace_back(description_.weights_desc(), engine_);
    dnnl::reorder(from, tiles_.back()).execute(stream_, from, tiles_.back());
    stream_.wait();
  }
  void multiply(const Value *queries, int64_t tile, Sum *sums) override {
    memory from(queries_, engine_, const_cast<Value *>(queries)), to(sums_, engine_, sums);
    matmul_.execute(stream_,
                    {{DNNL_ARG_SRC, from}, {DNNL_ARG_WEIGHTS, tiles_[tile]}, {DNNL_ARG_DST, to}});
    stream_.wait();
  }

 private:
  dnnl::engine engine_;
  dnnl::stream stream_;
  memory::desc plain_, queries_, sums_;
  dnnl::matmul::primitive_desc description_;
  dnnl::matmul matmul_;
  std::vector<memory> tiles_;
};

template <class Value>
std::unique_ptr<Product<Value>> product(int block, int dimension) {
  try {
    return std::make_unique<Matmul<Value>>(block, dimension);
  } catch (const dnnl::error &) {  // no bfloat16 on this processor
    return nullptr;
  }
}
template std::unique_ptr<Product<Bfloat16>> product(int, int);
template std::unique_ptr<Product<int8_t>> product(int, int);

}  // namespace peers
