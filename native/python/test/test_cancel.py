"""Calls that another thread ends."""

import threading
import time
import unittest

import numpy as np

from onelabel import Kernels, KernelError, Metric, Status


class CancelTest(unittest.TestCase):
    def test_a_call_that_would_take_hours_is_ended(self):
        rows = np.random.default_rng(1).integers(-128, 128, (1 << 20, 16)).astype(np.int8)
        with Kernels(threads=2) as kernels, kernels.cancellable() as calls:
            errors = []

            def search():
                try:
                    calls.nearest_neighbours(rows, rows, 1, metric=Metric.INNER_PRODUCT)
                except KernelError as error:
                    errors.append(error)

            thread = threading.Thread(target=search)
            thread.start()
            time.sleep(0.05)
            self.assertTrue(thread.is_alive())
            calls.cancel()
            thread.join()
            self.assertIs(errors[0].status, Status.CANCELLED)
            self.assertEqual(str(errors[0]), "the call is cancelled")
            with self.assertRaisesRegex(KernelError, "cancelled"):
                calls.summary(np.zeros(3, np.float32))
            self.assertEqual(kernels.summary(np.ones(3, np.float32)).mean, 1)

    def test_cancelled_and_closed_in_any_order(self):
        kernels = Kernels(threads=2)
        calls = kernels.cancellable()
        self.assertEqual((calls.threads, calls.instruction_set), (2, kernels.instruction_set))
        kernels.close()
        self.assertEqual(calls.summary(np.ones(3, np.float32)).mean, 1)
        calls.close()
        calls.cancel()
        with self.assertRaisesRegex(RuntimeError, "closed"):
            calls.summary(np.ones(3, np.float32))


if __name__ == "__main__":
    unittest.main()
