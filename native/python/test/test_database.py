"""A prepared database finds what the kernels find in an array of the same rows, to the bit."""

import threading
import unittest

import numpy as np

from onelabel import ElementType, KernelError, Kernels, Metric, Vote


class DatabaseTest(unittest.TestCase):
    def setUp(self):
        self.random = np.random.default_rng(9)
        self.kernels = Kernels(threads=2)
        self.addCleanup(self.kernels.close)

    def rows(self, count, columns, dtype=np.float32):
        return (9 * self.random.standard_normal((count, columns))).astype(dtype)

    def compare(self, database, rows, queries, metric, **element_type):
        """Searches of every kind in the database, and in as many of the rows."""
        count = len(rows)
        allowed = self.random.random(count) < 0.7
        excluded = np.sort(self.random.integers(0, count + 1, (len(queries), 2)))
        vote = Vote.hard(self.random.integers(0, 3, count).astype(np.uint8), 3).by_softmax(4)
        plain = self.kernels.nearest_neighbours(queries, rows, 4, metric=metric, vote=vote, **element_type)
        self.same(plain, database.nearest_neighbours(queries, 4, rows=count, vote=vote))
        filters = {"allowed": allowed, "excluded": excluded}
        self.same(
            self.kernels.nearest_neighbours(queries, rows, 4, metric=metric, **filters, **element_type),
            database.nearest_neighbours(queries, 4, rows=count, **filters),
        )
        radius = float(plain.scores[0, -1])
        for rest in ({}, filters):
            self.same(
                self.kernels.range_search(queries, rows, radius, metric=metric, **rest, **element_type),
                database.range_search(queries, radius, rows=count, **rest),
            )

    def same(self, expected, found):
        for name, value in vars(expected).items():
            np.testing.assert_array_equal(vars(found)[name], value, name)

    def test_rows_in_batches_are_found_as_in_an_array(self):
        for metric in Metric:
            for dtype in (np.float32, np.float16, np.int8):
                rows, queries = self.rows(508, 33, dtype), self.rows(9, 33, dtype)
                rows[5] = rows[300]
                if dtype != np.int8:
                    rows[40, 2], queries[3, 1] = np.nan, np.inf
                kind = {np.float32: ElementType.FLOAT32, np.float16: ElementType.FLOAT16, np.int8: ElementType.INT8}
                with self.subTest(metric=metric.name, dtype=dtype.__name__), self.kernels.database(
                    33, metric=metric, element_type=kind[dtype]
                ) as database:
                    end = 0
                    for batch in (7, 1, 500):
                        database.append(rows[end : end + batch])
                        end += batch
                        self.assertEqual(len(database), end)
                        self.compare(database, rows[:end], queries, metric)
                    self.compare(database, rows[:7], queries, metric)

    def test_bits_of_bfloat16(self):
        bits = (self.rows(60, 8).view(np.uint32) >> 16).astype(np.uint16)
        declared = {"element_type": ElementType.BFLOAT16}
        with self.kernels.database(8, metric=Metric.SQUARED_L2, **declared) as database:
            database.append(bits[:30].view(np.int16))
            database.append(bits[30:])
            self.compare(database, bits, bits[:5], Metric.SQUARED_L2, **declared)

    def test_rows_need_not_be_contiguous_and_may_be_overwritten(self):
        wide = self.rows(40, 12)
        rows = wide[::2, 3:9].copy()
        with self.kernels.database(6) as database:
            database.append(wide[::2, 3:9])
            database.append(np.asfortranarray(rows))
            wide[:] = 0
            self.compare(database, np.concatenate([rows, rows]), rows[:4], Metric.COSINE)

    def test_without_rows_there_is_no_neighbour(self):
        with self.kernels.database(3) as database:
            self.assertEqual(len(database), 0)
            self.assertTrue((database.nearest_neighbours(self.rows(2, 3), 2).indices == -1).all())
            self.assertEqual(database.range_search(self.rows(2, 3), 0).starts.tolist(), [0, 0, 0])

    def test_threads_search_while_another_appends(self):
        rows, queries = self.rows(2000, 20), self.rows(3, 20)
        failures, done = [], threading.Event()
        with self.kernels.database(20, metric=Metric.SQUARED_L2) as database:

            def search():
                try:
                    while not done.is_set():
                        count = len(database)
                        self.same(
                            self.kernels.nearest_neighbours(queries, rows[:count], 4, metric=Metric.SQUARED_L2),
                            database.nearest_neighbours(queries, 4, rows=count),
                        )
                except BaseException as error:
                    failures.append(error)

            threads = [threading.Thread(target=search) for _ in range(4)]
            for thread in threads:
                thread.start()
            for start in range(0, 2000, 100):
                database.append(rows[start : start + 100])
            done.set()
            for thread in threads:
                thread.join()
            self.assertEqual(failures, [])
            self.compare(database, rows, queries, Metric.SQUARED_L2)

    def test_what_does_not_fit_is_refused(self):
        with self.kernels.database(4) as database:
            database.append(self.rows(3, 4))
            for wrong, why in (
                (self.rows(2, 5), "rows have 5 values a row, the database 4"),
                (self.rows(2, 4, np.float16), "rows is float16, not float32"),
                (np.zeros(4, np.float32), "rows × columns"),
            ):
                with self.assertRaisesRegex((TypeError, ValueError), why):
                    database.append(wrong)
            with self.assertRaisesRegex(ValueError, "queries have 5 values"):
                database.nearest_neighbours(self.rows(1, 5), 1)
            with self.assertRaisesRegex(ValueError, "rows must be 0 to 3, not 4"):
                database.nearest_neighbours(self.rows(1, 4), 1, rows=4)
            with self.assertRaisesRegex(ValueError, "labels for 2 rows, the database has 3"):
                vote = Vote.hard(np.zeros(2, np.uint8), 2)
                database.nearest_neighbours(self.rows(1, 4), 1, vote=vote)
            with self.assertRaisesRegex(ValueError, "a value for each of 3 rows"):
                database.range_search(self.rows(1, 4), 1, allowed=np.ones(4, bool))
            with self.assertRaisesRegex(ValueError, "dimension must be"):
                self.kernels.database(-1)
            self.assertEqual(len(database), 3)

    def test_other_kernels(self):
        rows = self.rows(5, 4)
        with self.kernels.database(4) as database:
            database.append(rows)
            found = database.nearest_neighbours(rows, 2)
            with Kernels(threads=1) as others:
                self.same(found, database.nearest_neighbours(rows, 2, kernels=others))
            with self.kernels.cancellable() as calls:
                self.same(found, database.nearest_neighbours(rows, 2, kernels=calls))
                calls.cancel()
                with self.assertRaisesRegex(KernelError, "cancelled"):
                    database.nearest_neighbours(rows, 2, kernels=calls)
            if self.kernels.instruction_set != "baseline":
                with Kernels(instruction_set="baseline") as others:
                    with self.assertRaisesRegex(KernelError, "of another instruction set"):
                        database.nearest_neighbours(rows, 2, kernels=others)

    def test_closed_in_any_order(self):
        rows = self.rows(5, 4)
        kernels = Kernels(threads=2)
        database = kernels.database(4)
        kernels.close()
        database.append(rows)
        self.assertEqual(database.nearest_neighbours(rows, 1).indices.tolist(), [[0], [1], [2], [3], [4]])
        database.close()
        database.close()
        for late in (lambda: len(database), lambda: database.append(rows), lambda: database.range_search(rows, 0)):
            with self.assertRaisesRegex(RuntimeError, "this database is closed"):
                late()


if __name__ == "__main__":
    unittest.main()
