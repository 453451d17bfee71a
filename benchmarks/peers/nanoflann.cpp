// nanoflann's tree, exact, squared L2.
#include <nanoflann.hpp>

#include "peer.h"

namespace {

struct Rows {
  const float *rows;
  int64_t count, dimension;
  size_t kdtree_get_point_count() const { return size_t(count); }
  float kdtree_get_pt(size_t row, size_t i) const { return rows[row * size_t(dimension) + i]; }
  template <class Box>
  bool kdtree_get_bbox(Box &) const {
    return false;
  }
};

struct Tree {
  Rows rows;
  nanoflann::KDTreeSingleIndexAdaptor<nanoflann::L2_Adaptor<float, Rows>, Rows, -1, uint32_t> tree;
  Tree(Rows of, size_t leaf)
      : rows(of), tree(int(of.dimension), rows, nanoflann::KDTreeSingleIndexAdaptorParams(leaf)) {}
};

}  // namespace

void *peer_create(const float *rows, int64_t count, int64_t dimension, int squared_l2, int,
                  int64_t) {
  return squared_l2 ? new Tree({rows, count, dimension}, 32) : nullptr;
}

void peer_search(void *structure, const float *queries, int64_t count, int k, int, int64_t *indices,
                 float *scores) {
  auto *tree = static_cast<Tree *>(structure);
  std::vector<uint32_t> rows(static_cast<size_t>(k));
  for (int64_t q = 0; q < count; q++) {
    tree->tree.knnSearch(queries + q * tree->rows.dimension, size_t(k), rows.data(),
                         scores + q * k);
    std::copy(rows.begin(), rows.end(), indices + q * k);
  }
}

void peer_destroy(void *structure) { delete static_cast<Tree *>(structure); }
