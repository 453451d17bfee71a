"""Cosines, entropies, up-sampled argmax and summaries against float64."""

import unittest

import numpy as np

from onelabel import NO_LABEL, Interpolation, KernelError, Kernels, Layout, PredictionKind


class ScoresTest(unittest.TestCase):
    def setUp(self):
        self.random = np.random.default_rng(5)
        self.kernels = Kernels(threads=2)
        self.addCleanup(self.kernels.close)

    def normal(self, *shape):
        return self.random.standard_normal(shape).astype(np.float32)

    def test_prototype_cosine_in_both_layouts(self):
        features, prototypes = self.normal(301, 24), self.normal(5, 24)
        features[17, 3] = np.nan
        features[18] = 0
        norms = np.linalg.norm(features.astype(np.float64), axis=1)
        norms[18] = 1
        units = prototypes / np.linalg.norm(prototypes.astype(np.float64), axis=1)[:, None]
        expected = units @ (features / norms[:, None]).T
        ordered = np.sort(expected, axis=0)
        labels = expected.argmax(0)
        labels[17] = NO_LABEL
        for layout, values in ((Layout.ROWS, features), (Layout.CHANNELS, np.ascontiguousarray(features.T))):
            with self.subTest(layout=layout.name):
                found = self.kernels.prototype_cosine(values, prototypes, layout=layout, margins=True)
                np.testing.assert_allclose(found.scores, expected, atol=1e-6)
                np.testing.assert_allclose(found.margins, ordered[-1] - ordered[-2], atol=1e-6)
                np.testing.assert_array_equal(found.labels, labels)
                self.assertEqual(found.invalid, 1)

    def test_strided_channels(self):
        volume, prototypes = self.normal(8, 100), self.normal(3, 8)
        part = self.kernels.prototype_cosine(volume[:, 10:60], prototypes, layout=Layout.CHANNELS)
        whole = self.kernels.prototype_cosine(volume, prototypes, layout=Layout.CHANNELS)
        np.testing.assert_allclose(part.scores, whole.scores[:, 10:60], atol=1e-6)
        self.assertIsNone(self.kernels.prototype_cosine(volume[:, :8], prototypes, scores=False).scores)

    def test_wrong_prototypes_are_refused(self):
        with self.assertRaisesRegex(ValueError, "features have 4 values, prototypes 5"):
            self.kernels.prototype_cosine(self.normal(3, 4), self.normal(2, 5))
        with self.assertRaisesRegex(KernelError, "a prototype is not finite"):
            self.kernels.prototype_cosine(self.normal(3, 4), np.full((2, 4), np.nan, np.float32))
        with self.assertRaisesRegex(KernelError, "margins need 2 classes"):
            self.kernels.prototype_cosine(self.normal(3, 4), self.normal(1, 4), margins=True)

    def test_voxel_entropy(self):
        logits = 3 * self.normal(4, 3, 5, 6, 7)
        logits[1, 2, 0, 0, 0] = np.nan
        p = np.exp(logits.astype(np.float64))
        p /= p.sum(1, keepdims=True)
        mean = p.mean(0)
        entropy = -(mean * np.log(mean)).sum(0)
        information = entropy + (p * np.log(p)).sum(1).mean(0)
        labels = mean.argmax(0)
        labels[0, 0, 0] = NO_LABEL
        for kind, values in ((PredictionKind.LOGITS, logits), (PredictionKind.PROBABILITIES, p.astype(np.float32))):
            with self.subTest(kind=kind.name):
                found = self.kernels.voxel_entropy(values, kind=kind, mean=True, mutual_information=True)
                np.testing.assert_allclose(found.mean, mean, atol=1e-5)
                np.testing.assert_allclose(found.entropy, entropy, atol=1e-5)
                np.testing.assert_allclose(found.mutual_information, information, atol=1e-5)
                np.testing.assert_array_equal(found.labels, labels)
                self.assertEqual(found.invalid, 1)

    def test_wrong_predictions_are_refused(self):
        with self.assertRaisesRegex(ValueError, r"passes × classes × voxels, not \(3, 4\)"):
            self.kernels.voxel_entropy(self.normal(3, 4))
        with self.assertRaisesRegex(ValueError, "number of classes must be 1 to 255, not 256"):
            self.kernels.voxel_entropy(self.normal(1, 256, 2))
        with self.assertRaisesRegex(KernelError, "passes must be 1 at least"):
            self.kernels.voxel_entropy(self.normal(0, 2, 2))

    def test_upsample_argmax(self):
        scores, size = self.normal(3, 4, 5, 6), (9, 5, 13)
        expected = scores.astype(np.float64)
        for axis, (before, after) in enumerate(zip(scores.shape[1:], size), 1):
            at = np.clip((np.arange(after) + 0.5) * before / after - 0.5, 0, before - 1)
            low = np.minimum(np.floor(at).astype(int), before - 1)
            high = np.minimum(low + 1, before - 1)
            share = (at - low).reshape([-1 if n == axis else 1 for n in range(4)])
            expected = expected.take(low, axis) * (1 - share) + expected.take(high, axis) * share
        ordered = np.sort(expected, axis=0)
        sure = ordered[-1] - ordered[-2] > 1e-5
        found = self.kernels.upsample_argmax(scores, size, margins=True)
        np.testing.assert_array_equal(found.labels[sure], expected.argmax(0)[sure])
        np.testing.assert_allclose(found.margins, ordered[-1] - ordered[-2], atol=1e-5)
        self.assertGreater(sure.mean(), 0.99)

        at = np.ix_(range(3), *(np.arange(after) * before // after for before, after in zip(scores.shape[1:], size)))
        found = self.kernels.upsample_argmax(scores, size, interpolation=Interpolation.NEAREST)
        np.testing.assert_array_equal(found.labels, scores[at].argmax(0))

    def test_wrong_sizes_are_refused(self):
        for size, why in (((1, 2), "size must be x, y, z"), ((1, 2, -3), "size must be 0 to")):
            with self.assertRaisesRegex(ValueError, why):
                self.kernels.upsample_argmax(self.normal(2, 3, 3, 3), size)
        with self.assertRaisesRegex(ValueError, "an empty grid has nothing to sample"):
            self.kernels.upsample_argmax(self.normal(2, 0, 3, 3), (1, 1, 1))

    def test_summary(self):
        values, levels = self.normal(50, 61), [0, 0.05, 0.5, 1]
        values[3, 4] = np.nan
        known = values[~np.isnan(values)].astype(np.float64)
        found = self.kernels.summary(values, levels, bins=8, limits=(-1, 1))
        self.assertAlmostEqual(found.mean, known.mean(), places=6)
        np.testing.assert_allclose(found.quantiles, np.quantile(known, levels), atol=1e-6)
        np.testing.assert_array_equal(found.histogram, np.histogram(np.clip(known, -1, 1), 8, (-1, 1))[0])
        self.assertEqual(found.invalid, 1)
        with self.assertRaisesRegex(KernelError, "a level must lie in 0..1"):
            self.kernels.summary(values, [1.5])
        self.assertTrue(np.isnan(self.kernels.summary(np.empty(0, np.float32)).mean))


if __name__ == "__main__":
    unittest.main()
