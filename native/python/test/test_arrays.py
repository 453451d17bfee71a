"""Which arrays are taken in place, which are copied, and which are refused."""

import array
import ctypes
import unittest

import numpy as np

from onelabel import ElementType, Kernels, Layout, Metric, Vote, _arrays

try:
    import torch
except ImportError:
    torch = None
try:
    import ml_dtypes
except ImportError:
    ml_dtypes = None


class ArraysTest(unittest.TestCase):
    def setUp(self):
        self.rows = np.random.default_rng(3).standard_normal((40, 16)).astype(np.float32)
        self.kernels = Kernels(threads=1)
        self.addCleanup(self.kernels.close)

    def search(self, rows, **options):
        return self.kernels.nearest_neighbours(rows, rows, 3, metric=Metric.SQUARED_L2, **options)

    def assert_same(self, found, expected):
        np.testing.assert_array_equal(found.indices, expected.indices)
        np.testing.assert_array_equal(found.scores, expected.scores)

    def test_rows_with_a_stride_are_used_in_place(self):
        wide = np.full((40, 21), np.nan, np.float32)
        wide[:, 2:18] = self.rows
        every_other = np.full((80, 16), np.nan, np.float32)
        every_other[::2] = self.rows
        for name, strided, stride in (("columns", wide[:, 2:18], 21), ("rows", every_other[::2], 32)):
            with self.subTest(name):
                matrix = _arrays.feature_matrix(strided, "rows", None)
                self.assertEqual(matrix.stride, stride)
                self.assertEqual(matrix.array.ctypes.data, strided.ctypes.data)
                expected = self.search(self.rows)
                self.assert_same(self.search(strided), expected)
                for queries, database in ((strided, self.rows), (self.rows, strided)):
                    found = self.kernels.nearest_neighbours(queries, database, 3, metric=Metric.SQUARED_L2)
                    self.assert_same(found, expected)

    def test_other_strides_are_copied(self):
        memory = np.zeros(self.rows.nbytes + 1, np.uint8)
        misaligned = memory[1:].view(np.float32).reshape(self.rows.shape)
        misaligned[:] = self.rows
        spread = np.zeros((40, 32), np.float32)
        spread[:, ::2] = self.rows
        for name, rows in (
            ("column by column", np.asfortranarray(self.rows)),
            ("backwards", self.rows[::-1].copy()[::-1]),
            ("every other value", spread[:, ::2]),
            ("misaligned", misaligned),
        ):
            with self.subTest(name):
                self.assertIsNot(_arrays.feature_matrix(rows, "rows", None).array, rows)
                self.assert_same(self.search(rows), self.search(self.rows))
        same = np.broadcast_to(self.rows[:1], (5, 16))
        np.testing.assert_array_equal(self.search(same).scores, np.zeros((5, 3)))

    def test_float16_is_the_same_as_its_values(self):
        half = self.rows.astype(np.float16)
        self.assert_same(self.search(half), self.search(half.astype(np.float32)))

    def test_bits_of_bfloat16(self):
        bits = (self.rows.view(np.uint32) >> 16).astype(np.uint16)
        values = (bits.astype(np.uint32) << 16).view(np.float32)
        self.assert_same(self.search(bits, element_type=ElementType.BFLOAT16), self.search(values))

    def test_int8_is_the_numbers_themselves(self):
        numbers = np.clip(self.rows * 50, -128, 127).astype(np.int8)
        numbers[0, :2] = -128, 127
        values = numbers.astype(np.float32)
        self.assert_same(self.search(numbers), self.search(values))
        self.assert_same(self.search(memoryview(numbers)), self.search(values))
        found = self.kernels.prototype_cosine(numbers, values[:3]).scores
        np.testing.assert_array_equal(found, self.kernels.prototype_cosine(values, values[:3]).scores)
        with self.assertRaisesRegex(TypeError, "must be .* int8, not uint8"):
            self.search(numbers.view(np.uint8))

    def test_buffers_of_the_standard_library(self):
        flat = array.array("f", self.rows.ravel().tolist())
        self.assert_same(self.search(memoryview(flat).cast("B").cast("f", (40, 16))), self.search(self.rows))
        self.assert_same(self.search((ctypes.c_float * 16 * 40)(*map(tuple, self.rows))), self.search(self.rows))
        self.assertAlmostEqual(self.kernels.summary(flat).mean, self.rows.mean(dtype=np.float64), places=12)
        labels = bytes(n % 2 for n in range(40))
        self.assertEqual(self.search(self.rows, vote=Vote.hard(labels, 2).by_softmax(1)).votes.shape, (40, 2))

    def test_types_and_shapes_are_refused(self):
        masked = np.ma.masked_greater(self.rows, 1)
        for rows, error, why in (
            (self.rows.astype(np.float64), TypeError, "must be float32, float16, bfloat16 or int8, not float64"),
            (self.rows.astype(">f4"), TypeError, "not >f4"),
            (self.rows.tolist(), TypeError, "no array but list"),
            (None, TypeError, "no array but NoneType"),
            (masked, TypeError, "masked array"),
            (self.rows.ravel(), ValueError, r"rows × columns, not \(640,\)"),
        ):
            with self.subTest(why=why), self.assertRaisesRegex(error, why):
                self.search(rows)
        with self.assertRaisesRegex(TypeError, "queries is float32, not bfloat16"):
            self.search(self.rows, element_type=ElementType.BFLOAT16)
        with self.assertRaisesRegex(TypeError, "labels must be uint8, not int64"):
            Vote.hard(np.zeros(40, np.int64), 2)

    def test_arrays_on_a_device_are_refused(self):
        class OnDevice:
            def __dlpack__(self, **_):
                raise AssertionError("not asked for")

            def __dlpack_device__(self):
                return 2, 0  # kDLCUDA

        with self.assertRaisesRegex(ValueError, "queries lies on a device"):
            self.search(OnDevice())

    @unittest.skipIf(torch is None, "PyTorch is not installed: DLPack of its tensors is not tried")
    def test_tensors_of_pytorch(self):
        tensor = torch.tensor(self.rows)
        expected = self.search(self.rows)
        self.assertEqual(_arrays.feature_matrix(tensor, "rows", None).array.ctypes.data, tensor.data_ptr())
        self.assert_same(self.search(tensor), expected)
        self.assert_same(self.search(tensor.T.contiguous().T), expected)
        self.assert_same(self.search(tensor.half()), self.search(self.rows.astype(np.float16)))
        everything = torch.ones(40, dtype=torch.uint8)
        self.assert_same(self.search(tensor, allowed=everything), expected)
        cosines = self.kernels.prototype_cosine(tensor.T, tensor[:2], layout=Layout.CHANNELS).scores
        expected = torch.nn.functional.cosine_similarity(tensor[:2, None], tensor[None], dim=2)
        np.testing.assert_allclose(cosines, expected.numpy(), atol=1e-6)

    @unittest.skipIf(torch is None, "PyTorch is not installed: its bfloat16 is not tried")
    def test_bfloat16_of_pytorch(self):
        tensor = torch.tensor(self.rows).bfloat16()
        with self.assertRaisesRegex(TypeError, "queries is bfloat16, which numpy lacks"):
            self.search(tensor)
        bits = tensor.view(torch.int16)
        self.assert_same(self.search(bits, element_type=ElementType.BFLOAT16), self.search(tensor.float()))

    @unittest.skipIf(ml_dtypes is None, "ml_dtypes is not installed: its bfloat16 is not tried")
    def test_bfloat16_of_ml_dtypes(self):
        rows = self.rows.astype(ml_dtypes.bfloat16)
        self.assert_same(self.search(rows), self.search(rows.astype(np.float32)))

    @unittest.skipIf(torch is None, "PyTorch is not installed: tensors with gradients are not tried")
    def test_tensors_with_gradients_are_refused(self):
        with self.assertRaisesRegex(TypeError, "queries cannot be read through DLPack.*detach"):
            self.search(torch.tensor(self.rows).requires_grad_())


if __name__ == "__main__":
    unittest.main()
