"""Nearest neighbours against float64. Whole numbers make every score exact, ties included."""

import unittest

import numpy as np

from onelabel import Kernels, KernelError, LabelKind, Metric, Status, Vote


def truth(queries, database, metric, k, allowed=None, excluded=None):
    """Indices and scores by sorting all of them."""
    q, m = queries.astype(np.float64), database.astype(np.float64)
    scores = q @ m.T
    if metric == Metric.SQUARED_L2:
        scores = (q * q).sum(1)[:, None] + (m * m).sum(1) - 2 * scores
    elif metric == Metric.COSINE:
        scores = scores / np.linalg.norm(q, axis=1)[:, None] / np.linalg.norm(m, axis=1)
    cost = scores.copy() if metric == Metric.SQUARED_L2 else -scores
    if allowed is not None:
        cost[:, ~allowed] = np.inf
    for row, (start, end) in enumerate(() if excluded is None else excluded):
        cost[row, max(start, 0) : max(end, 0)] = np.inf
    indices = np.argsort(cost, axis=1, kind="stable")[:, :k]
    missing = np.isinf(np.take_along_axis(cost, indices, 1))
    found = np.take_along_axis(scores, indices, 1)
    return np.where(missing, -1, indices), np.where(missing, np.nan, found)


class NeighboursTest(unittest.TestCase):
    def setUp(self):
        self.random = np.random.default_rng(7)
        self.kernels = Kernels(threads=2)
        self.addCleanup(self.kernels.close)

    def whole(self, rows, columns):
        return self.random.integers(-3, 4, (rows, columns)).astype(np.float32)

    def compare(self, found, expected):
        indices, scores = expected
        np.testing.assert_array_equal(found.indices, indices)
        np.testing.assert_allclose(found.scores, scores, rtol=0, atol=1e-6)

    def test_ties_go_to_the_lower_index(self):
        queries, database = self.whole(37, 5), self.whole(900, 5)
        for metric in (Metric.SQUARED_L2, Metric.INNER_PRODUCT):
            with self.subTest(metric=metric.name):
                expected = truth(queries, database, metric, 11)
                self.assertLess(len(np.unique(expected[1])), 200)  # there are ties
                self.compare(self.kernels.nearest_neighbours(queries, database, 11, metric=metric), expected)

    def test_cosine_of_random_rows(self):
        queries, database = (self.random.standard_normal((rows, 48)).astype(np.float32) for rows in (20, 500))
        self.compare(self.kernels.nearest_neighbours(queries, database, 5), truth(queries, database, Metric.COSINE, 5))

    def test_rows_that_are_not_finite_are_nobodys_neighbours(self):
        queries, database = self.whole(6, 4), self.whole(50, 4)
        queries[2, 1] = np.nan
        database[7:9, 0] = np.inf
        found = self.kernels.nearest_neighbours(queries, database, 50, metric=Metric.SQUARED_L2)
        self.assertEqual((found.invalid_queries, found.invalid_rows), (1, 2))
        self.assertTrue((found.indices[2] == -1).all() and np.isnan(found.scores[2]).all())
        self.assertFalse(np.isin(found.indices, (7, 8)).any())
        self.assertTrue((found.indices[[0, 1, 3, 4, 5], -2:] == -1).all())

    def test_allowed_rows_and_excluded_ranges(self):
        queries, database = self.whole(9, 6), self.whole(77, 6)
        allowed = self.random.random(77) < 0.3
        excluded = self.random.integers(-20, 100, (9, 2))
        found = self.kernels.nearest_neighbours(
            queries, database, 12, metric=Metric.SQUARED_L2, allowed=allowed, excluded=excluded
        )
        self.compare(found, truth(queries, database, Metric.SQUARED_L2, 12, allowed, excluded))

    def test_more_neighbours_than_rows(self):
        queries, database = self.whole(3, 4), self.whole(2, 4)
        found = self.kernels.nearest_neighbours(queries, database, 4, metric=Metric.INNER_PRODUCT)
        np.testing.assert_array_equal(found.indices[:, 2:], -1)
        self.assertTrue(np.isnan(found.scores[:, 2:]).all())

    def test_votes_of_hard_labels(self):
        queries, database = self.whole(8, 6), self.whole(60, 6)
        labels = self.random.integers(0, 5, 60).astype(np.uint8)  # class 4 does not vote
        found = self.kernels.nearest_neighbours(
            queries, database, 7, metric=Metric.INNER_PRODUCT, vote=Vote.hard(labels, 4)
        )
        expected = np.zeros((8, 5))
        indices, scores = truth(queries, database, Metric.INNER_PRODUCT, 7)
        for row in range(8):
            np.add.at(expected[row], labels[indices[row]], np.maximum(scores[row], 0))
        np.testing.assert_allclose(found.votes, expected[:, :4], rtol=1e-6)

    def test_votes_of_shares_by_softmax(self):
        queries, database = self.whole(8, 6), self.whole(60, 6)
        shares = self.random.random((60, 3)).astype(np.float32)
        found = self.kernels.nearest_neighbours(
            queries, database, 5, metric=Metric.SQUARED_L2, vote=Vote.soft(shares).by_softmax(2.5)
        )
        indices, distances = truth(queries, database, Metric.SQUARED_L2, 5)
        weights = np.exp(-(distances - distances[:, :1]) / 2.5)
        weights /= weights.sum(1, keepdims=True)
        expected = (weights[:, :, None] * shares[indices]).sum(1)
        np.testing.assert_allclose(found.votes, expected, rtol=1e-5)

    def test_what_the_library_refuses_has_its_sentence(self):
        rows = self.whole(4, 4)
        with self.assertRaisesRegex(KernelError, "POSITIVE_SCORE has no meaning for squared L2") as refused:
            self.kernels.nearest_neighbours(
                rows, rows, 1, metric=Metric.SQUARED_L2, vote=Vote.hard(np.zeros(4, np.uint8), 2)
            )
        self.assertIs(refused.exception.status, Status.INVALID_ARGUMENT)

    def test_shapes_that_do_not_fit_are_refused(self):
        rows = self.whole(4, 4)
        search = self.kernels.nearest_neighbours
        for refused, call in (
            ("queries and database differ", lambda: search(rows, self.whole(4, 5), 1)),
            ("queries and database differ", lambda: search(rows, rows.astype(np.float16), 1)),
            ("k must be 1 to 1024", lambda: search(rows, rows, 0)),
            ("k must be 1 to 1024", lambda: search(rows, rows, 2**32 + 1)),
            ("allowed must have a value for each of 4 rows", lambda: search(rows, rows, 1, allowed=np.ones(3, bool))),
            (r"excluded must have the shape \(4, 2\)", lambda: search(rows, rows, 1, excluded=np.zeros((2, 4), int))),
            ("labels for 3 rows", lambda: search(rows, rows, 1, vote=Vote.hard(np.zeros(3, np.uint8), 2))),
            ("labels have shares of 2 classes, not 3", lambda: Vote(LabelKind.SOFT, rows[:, :2], 3)),
            ("number of classes must be 1 to 255", lambda: Vote.hard(np.zeros(4, np.uint8), 256)),
        ):
            with self.subTest(refused=refused), self.assertRaisesRegex(ValueError, refused):
                call()

    def test_nothing_in_nothing(self):
        found = self.kernels.nearest_neighbours(self.whole(0, 4), self.whole(3, 4), 2)
        self.assertEqual(found.indices.shape, (0, 2))
        found = self.kernels.nearest_neighbours(self.whole(3, 4), self.whole(0, 4), 2)
        self.assertTrue((found.indices == -1).all())


if __name__ == "__main__":
    unittest.main()
