"""The life of Kernels: opened, shared by threads and processes, closed."""

import multiprocessing
import os
import threading
import time
import unittest

import numpy as np

from onelabel import KernelError, Kernels, Status


class KernelsTest(unittest.TestCase):
    def test_says_what_it_runs_on(self):
        for name in Kernels.instruction_sets():
            with Kernels(threads=2, instruction_set=name) as kernels:
                self.assertEqual((kernels.threads, kernels.instruction_set), (2, name))
        with self.assertRaises(KernelError) as refused:
            Kernels(instruction_set="abacus")
        self.assertIn("abacus", str(refused.exception))
        self.assertIs(refused.exception.status, Status.UNAVAILABLE)
        for threads in (-1, 1025, 2**32 + 1):
            with self.assertRaisesRegex(ValueError, "threads must be 0 to 1024"):
                Kernels(threads)

    def test_close_ends_the_threads(self):
        def tasks():
            return set(os.listdir("/proc/self/task"))

        before = tasks()
        with Kernels(threads=5):
            started = tasks() - before
        self.assertEqual(len(started), 4)
        deadline = time.monotonic() + 10  # the system removes a task a moment after it ended
        while tasks() & started and time.monotonic() < deadline:
            time.sleep(0.001)
        self.assertEqual(tasks() & started, set())

    def test_use_after_close_is_refused(self):
        kernels = Kernels(threads=1)
        kernels.close()
        kernels.close()
        rows = np.zeros((2, 2), np.float32)
        for use in (
            lambda: kernels.threads,
            lambda: kernels.instruction_set,
            lambda: kernels.nearest_neighbours(rows, rows, 1),
            lambda: kernels.prototype_cosine(rows, rows),
            lambda: kernels.voxel_entropy(rows.reshape(1, 2, 2)),
            lambda: kernels.upsample_argmax(rows.reshape(1, 2, 2, 1), (1, 1, 1)),
            lambda: kernels.summary(rows),
        ):
            with self.assertRaisesRegex(RuntimeError, "these kernels are closed"):
                use()

    def test_threads_share_one_and_another_closes_it(self):
        rows = np.random.default_rng(1).standard_normal((3000, 64)).astype(np.float32)
        kernels = Kernels(threads=2)
        expected = kernels.nearest_neighbours(rows[:100], rows, 4)
        started, results = threading.Barrier(5), []

        def search():
            started.wait()
            try:
                while True:
                    results.append(kernels.nearest_neighbours(rows[:100], rows, 4))
            except RuntimeError as closed:
                results.append(closed)

        threads = [threading.Thread(target=search) for _ in range(4)]
        for thread in threads:
            thread.start()
        started.wait()
        while len(results) < 20:
            threads[0].join(0.01)
        kernels.close()
        for thread in threads:
            thread.join()
        closed = [result for result in results if isinstance(result, RuntimeError)]
        self.assertEqual([str(error) for error in closed], ["these kernels are closed"] * 4)
        for result in results:
            if not isinstance(result, RuntimeError):
                np.testing.assert_array_equal(result.indices, expected.indices)

    def test_a_forked_child_goes_on(self):
        rows = np.random.default_rng(1).standard_normal((200, 8)).astype(np.float32)
        with Kernels(threads=2) as kernels:
            here = kernels.nearest_neighbours(rows, rows, 2).indices
            context = multiprocessing.get_context("fork")
            answer, other = context.Pipe(duplex=False)

            def child():
                other.send((kernels.threads, kernels.nearest_neighbours(rows, rows, 2).indices))
                kernels.close()

            process = context.Process(target=child)
            process.start()
            self.assertTrue(answer.poll(60))
            threads, there = answer.recv()
            process.join()
        self.assertEqual((threads, process.exitcode), (1, 0))
        np.testing.assert_array_equal(there, here)


if __name__ == "__main__":
    unittest.main()
