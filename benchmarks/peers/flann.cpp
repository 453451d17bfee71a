// FLANN's single k-d tree, exact, squared L2.
#include <flann/flann.hpp>

#include "peer.h"

namespace {

using Tree = flann::Index<flann::L2<float>>;

}  // namespace

void *peer_create(const float *rows, int64_t count, int64_t dimension, int squared_l2, int,
                  int64_t) {
  if (!squared_l2) return nullptr;
  auto *tree =
      new Tree(flann::Matrix<float>(const_cast<float *>(rows), size_t(count), size_t(dimension)),
               flann::KDTreeSingleIndexParams(32));
  tree->buildIndex();
  return tree;
}

void peer_search(void *structure, const float *queries, int64_t count, int k, int, int64_t *indices,
                 float *scores) {
  auto *tree = static_cast<Tree *>(structure);
  flann::SearchParams exact(flann::FLANN_CHECKS_UNLIMITED, 0, true);
  exact.cores = 1;
  std::vector<size_t> rows(size_t(count) * size_t(k));
  flann::Matrix<size_t> found(rows.data(), size_t(count), size_t(k));
  flann::Matrix<float> distances(scores, size_t(count), size_t(k));
  tree->knnSearch(flann::Matrix<float>(const_cast<float *>(queries), size_t(count), tree->veclen()),
                  found, distances, size_t(k), exact);
  std::copy(rows.begin(), rows.end(), indices);
}

void peer_destroy(void *structure) { delete static_cast<Tree *>(structure); }
