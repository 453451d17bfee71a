"""Rows within a radius against float64. Whole numbers make every score exact, also on the radius."""

import unittest

import numpy as np

from onelabel import Kernels, KernelError, Metric


class RangeTest(unittest.TestCase):
    def setUp(self):
        self.random = np.random.default_rng(8)
        self.kernels = Kernels(threads=2)
        self.addCleanup(self.kernels.close)

    def whole(self, rows, columns):
        return self.random.integers(-3, 4, (rows, columns)).astype(np.float32)

    def compare(self, queries, database, metric, radius, allowed=None, excluded=None):
        q, m = queries.astype(np.float64), database.astype(np.float64)
        scores = q @ m.T
        if metric == Metric.SQUARED_L2:
            scores = ((q[:, None] - m) ** 2).sum(2)
        within = scores <= radius if metric == Metric.SQUARED_L2 else scores >= radius
        if allowed is not None:
            within &= allowed
        for row, (start, end) in enumerate(() if excluded is None else excluded):
            within[row, start:end] = False
        found = self.kernels.range_search(
            queries, database, radius, metric=metric, allowed=allowed, excluded=excluded
        )
        np.testing.assert_array_equal(np.diff(found.starts, prepend=0)[1:], within.sum(1))
        np.testing.assert_array_equal(found.indices, within.nonzero()[1])
        np.testing.assert_array_equal(found.scores, scores[within])
        return within.sum()

    def test_rows_on_the_radius_are_within_it(self):
        queries, database = self.whole(60, 5), self.whole(900, 5)
        few = self.compare(queries, database, Metric.SQUARED_L2, 4)
        self.assertTrue(0 < few < 64 * 60)
        self.compare(queries, database, Metric.INNER_PRODUCT, 20)

    def test_more_rows_than_there_is_room_for_at_first(self):
        found = self.compare(self.whole(30, 4), self.whole(700, 4), Metric.SQUARED_L2, 40)
        self.assertGreater(found, 64 * 30)

    def test_allowed_rows_and_excluded_ranges(self):
        queries, database = self.whole(40, 6), self.whole(333, 6)
        allowed = self.random.random(333) < 0.5
        excluded = np.sort(self.random.integers(0, 333, (40, 2)))
        self.compare(queries, database, Metric.SQUARED_L2, 20, allowed, excluded)

    def test_rows_that_are_not_finite_are_near_nothing(self):
        queries, database = self.whole(5, 3), self.whole(20, 3)
        queries[1, 0] = np.nan
        database[7, 2] = np.inf
        found = self.kernels.range_search(queries, database, np.inf, metric=Metric.SQUARED_L2)
        np.testing.assert_array_equal(found.starts, [0, 19, 19, 38, 57, 76])
        self.assertEqual((found.invalid_queries, found.invalid_rows), (1, 1))

    def test_nothing_in_nothing(self):
        self.assertEqual(self.kernels.range_search(self.whole(0, 4), self.whole(3, 4), 1).starts.tolist(), [0])
        self.assertEqual(self.kernels.range_search(self.whole(2, 4), self.whole(0, 4), 1).starts.tolist(), [0] * 3)

    def test_a_radius_that_is_no_number_is_refused(self):
        with self.assertRaisesRegex(KernelError, "radius is not a number"):
            self.kernels.range_search(self.whole(2, 4), self.whole(3, 4), np.nan)


if __name__ == "__main__":
    unittest.main()
