#!/usr/bin/env python3
"""Times the kernels beside FAISS, PyTorch and numpy on the same arrays, call by call in turn.

    compare.py LIBRARY --out FILE.json [--set table|short] [--peers FOLDER] [--quick]

LIBRARY is libonelabel.so, FOLDER holds what peers/build built. A peer that is not installed is left
out, saying so. One thread: set OMP_NUM_THREADS=1 and OPENBLAS_NUM_THREADS=1 and pin the process
(run does so). The first result of every peer is compared with ours, and not timed. Times are the
process's processor time, so that other work on the machine is not counted.
"""

import argparse
import ctypes
import json
import statistics
import sys
import time

import numpy as np

from peers import Part, Peers

I32, I64, F32, F64 = ctypes.c_int32, ctypes.c_int64, ctypes.c_float, ctypes.c_double


class Kernels:
    """The C ABI (native/include/onelabel.h) on numpy arrays."""

    ROWS, CHANNELS = 0, 1
    METRICS = {"cosine": 0, "inner-product": 1, "squared-l2": 2}

    def __init__(self, path, threads):
        self.library = ctypes.CDLL(path)
        self.library.onelabel_last_error.restype = ctypes.c_char_p
        self.library.onelabel_isa.restype = ctypes.c_char_p
        self.context = ctypes.c_void_p()
        self.check(self.library.onelabel_context_create(I32(threads), ctypes.byref(self.context)))
        self.isa = self.library.onelabel_isa(self.context).decode()

    def check(self, status):
        if status != 0:
            raise RuntimeError(self.library.onelabel_last_error().decode())

    @staticmethod
    def at(array):
        return ctypes.c_void_p(array.ctypes.data)

    def bounds(self):
        values = [F64(), F64(), F64()]
        self.check(self.library.onelabel_measure_bounds(self.context, *map(ctypes.byref, values)))
        return dict(zip(("float_operations", "filter_operations", "read_bytes"), (v.value for v in values)))

    def knn(self, queries, database, k, metric, indices, scores):
        (q, d), m = queries.shape, len(database)
        self.check(self.library.onelabel_knn(
            self.context, self.at(queries), I64(q), I64(d), self.at(database), I64(m), I64(d), I64(d),
            I32(self.TYPES[queries.dtype]), I32(self.METRICS[metric]), I32(k), None, None, self.at(indices), self.at(scores),
            I32(0), F32(1), None, I32(0), I32(0), None, None))

    TYPES = {np.dtype(np.float32): 0, np.dtype(np.float16): 1}

    def database(self, rows, metric):
        """A prepared database, for the length of the process."""
        (m, d), database = rows.shape, ctypes.c_void_p()
        self.check(self.library.onelabel_database_create(
            self.context, I64(d), I32(self.TYPES[rows.dtype]), I32(self.METRICS[metric]), ctypes.byref(database)))
        self.check(self.library.onelabel_database_append(self.context, database, self.at(rows), I64(m), I64(d)))
        return database

    def release(self, database):
        self.library.onelabel_database_destroy(database)

    def knn_in(self, database, count, queries, k, indices, scores):
        q, d = queries.shape
        self.check(self.library.onelabel_database_knn(
            self.context, database, I64(count), self.at(queries), I64(q), I64(d), I32(k), None, None, self.at(indices), self.at(scores),
            I32(0), F32(1), None, I32(0), I32(0), None, None))

    def within(self, queries, database, metric, radius, starts, indices, scores):
        (q, d), m = queries.shape, len(database)
        self.check(self.library.onelabel_range_search(
            self.context, self.at(queries), I64(q), I64(d), self.at(database), I64(m), I64(d), I64(d), I32(0), I32(self.METRICS[metric]),
            F32(radius), None, None, self.at(starts), I64(len(indices)), self.at(indices), self.at(scores), None))

    def cosine(self, features, layout, prototypes, scores, labels):
        n, d = features.shape if layout == self.ROWS else features.shape[::-1]
        self.check(self.library.onelabel_prototype_cosine(
            self.context, self.at(features), I32(0), I32(layout), I64(n), I64(d), I64(features.shape[1]),
            self.at(prototypes), I32(len(prototypes)), self.at(scores), self.at(labels), None, None))

    def entropy(self, logits, entropy, information):
        t, c, n = logits.shape
        self.check(self.library.onelabel_entropy(
            self.context, self.at(logits), I32(0), I64(t), I32(c), I64(n), None, self.at(entropy), None,
            None if information is None else self.at(information), None))


def missing(name, why):
    print(f"{name} is left out: {why}", file=sys.stderr)


try:
    import faiss
except ImportError as e:
    faiss = None
    missing("FAISS", f"{e} (Debian: python3-faiss, libopenblas0)")
try:
    import torch
except ImportError as e:
    torch = None
    missing("PyTorch", f"{e} (Debian: python3-torch)")


def agree(ours, theirs, tolerance, what):
    worst = float(np.max(np.abs(ours - theirs)))
    if not worst <= tolerance:
        raise SystemExit(f"{what}: results differ by {worst}")


class Knn:
    """Normal rows, or rows in 64 tight clusters; FAISS and PyTorch get float16 ones as float32."""

    def __init__(self, queries, database, dimension, k, metric, data="spread"):
        self.shape = dict(queries=queries, database=database, dim=dimension, k=k, metric=metric, data=data)
        self.kernel = "knn"
        self.operations = 2.0 * queries * database * dimension
        size = 2.0 if data == "float16" else 4.0
        self.bytes = size * dimension * (queries + database) + 12.0 * queries * k

    def prepare(self, kernels, peers=None):
        s = self.shape
        random = np.random.default_rng(1)

        def rows(count):
            values = random.standard_normal((count, s["dim"]), dtype=np.float32)
            if s["data"] == "clusters":
                values = self.centres[random.integers(0, 64, count)] + np.float32(0.05) * values
            return values

        self.centres = random.standard_normal((64, s["dim"]), dtype=np.float32)
        q, x, k = rows(s["queries"]), rows(s["database"]), s["k"]
        indices, scores = np.empty((len(q), k), np.int64), np.empty((len(q), k), np.float32)
        l2 = s["metric"] == "squared-l2"
        ours = [rows.astype(np.float16) for rows in (q, x)] if s["data"] == "float16" else [q, x]
        q, x = (rows.astype(np.float32) for rows in ours)
        calls = {"onelabel": lambda: kernels.knn(*ours, k, s["metric"], indices, scores)}
        if peers:
            start = time.process_time()
            calls["onelabel prepared"] = Prepared(kernels, *ours, k, s["metric"])
            calls["onelabel prepared"].preparation = time.process_time() - start
        if faiss and peers:
            index = (faiss.IndexFlatL2 if l2 else faiss.IndexFlatIP)(s["dim"])
            index.add(x)
            calls["faiss"] = Part(lambda queries: index.search(queries, k)[0], q)
        if torch and peers:
            tx = torch.from_numpy(x)

            def search(queries):
                offsets = (tx * tx).sum(1) if l2 else None
                best = []
                for part in torch.from_numpy(queries).split(256):
                    product = torch.addmm(offsets, part, tx.T, alpha=-2) if l2 else part @ tx.T
                    values = torch.topk(product, k, largest=not l2).values
                    best.append(values + (part * part).sum(1, keepdim=True) if l2 else values)
                return torch.cat(best).numpy()

            calls["torch"] = Part(search, q)
        if peers:
            calls |= peers.knn(x, q, k, s["metric"])

        def check(name, theirs):
            if name == "onelabel prepared":
                if not np.array_equal(scores, theirs):
                    raise SystemExit("a prepared database gives other scores")
                return None
            every = getattr(calls[name], "every", 1)
            largest = max(1.0, float(np.abs(scores).max()))
            if name in ("faiss", "torch"):
                agree(scores[::every], theirs, 1e-4 * largest, f"knn, {name}")
                return None
            # A row as good as the k-th counts, whatever its place; scores are float32.
            limit = scores[::every, -1:]
            slack = 4e-6 * float(np.abs(scores).max())
            return float(np.mean(theirs <= limit + slack if l2 else theirs >= limit - slack))

        return calls, check


class Prepared:
    """Ours in a database that is prepared before, as the peers' are."""

    def __init__(self, kernels, queries, database, k, metric):
        self.kernels, self.queries, self.count, self.k = kernels, queries, len(database), k
        self.indices, self.scores = np.empty((len(queries), k), np.int64), np.empty((len(queries), k), np.float32)
        self.database = kernels.database(database, metric)
        self()

    def __call__(self):
        self.kernels.knn_in(self.database, self.count, self.queries, self.k, self.indices, self.scores)
        return self.scores

    def __del__(self):
        self.kernels.release(self.database)


class Range:
    """All rows within a radius that so many rows of an average query have; ours has room for them."""

    def __init__(self, queries, database, dimension, metric, rows):
        self.shape = dict(queries=queries, database=database, dim=dimension, metric=metric, rows=rows)
        self.kernel = "range"
        self.operations = 2.0 * queries * database * dimension
        self.bytes = 4.0 * dimension * (queries + database) + 12.0 * queries * rows

    def prepare(self, kernels, peers=None):
        s = self.shape
        random = np.random.default_rng(1)
        q, x = (random.standard_normal((s[side], s["dim"]), dtype=np.float32) for side in ("queries", "database"))
        l2 = s["metric"] == "squared-l2"
        some = ((q[:64, None] - x[None, ::16]) ** 2).sum(2) if l2 else q[:64] @ x[::16].T
        share = s["rows"] / s["database"]
        radius = float(np.quantile(some, share if l2 else 1 - share))
        starts = np.zeros(len(q) + 1, np.int64)
        kernels.within(q, x, s["metric"], radius, starts, np.empty(0, np.int64), np.empty(0, np.float32))
        indices, scores = np.empty(starts[-1], np.int64), np.empty(starts[-1], np.float32)
        calls = {"onelabel": lambda: kernels.within(q, x, s["metric"], radius, starts, indices, scores)}
        if faiss and peers:
            index = (faiss.IndexFlatL2 if l2 else faiss.IndexFlatIP)(s["dim"])
            index.add(x)
            calls["faiss"] = lambda: index.range_search(q, radius)

        def check(name, theirs):
            # Rows just at the radius fall on either side.
            if abs(int(theirs[0][-1]) - int(starts[-1])) > 1e-4 * starts[-1] + 2:
                raise SystemExit(f"range search, {name}: {theirs[0][-1]} rows, ours are {starts[-1]}")

        return calls, check


class Cosine:
    def __init__(self, voxels, dimension, classes, layout):
        self.shape = dict(voxels=voxels, dim=dimension, classes=classes, layout=layout)
        self.kernel = "prototype-cosine"
        self.operations = 2.0 * voxels * dimension * (classes + 1)
        self.bytes = 4.0 * voxels * dimension + voxels * (4.0 * classes + 1)

    def prepare(self, kernels, peers=None):
        s = self.shape
        random = np.random.default_rng(1)
        rows = s["layout"] == "rows"
        n, d = s["voxels"], s["dim"]
        f = random.standard_normal((n, d) if rows else (d, n), dtype=np.float32)
        p = random.standard_normal((s["classes"], d), dtype=np.float32)
        scores, labels = np.empty((s["classes"], n), np.float32), np.empty(n, np.uint8)
        layout = Kernels.ROWS if rows else Kernels.CHANNELS
        calls = {"onelabel": lambda: kernels.cosine(f, layout, p, scores, labels)}
        if torch and peers:
            tf, tp = torch.from_numpy(f), torch.from_numpy(p)
            tp = tp / tp.norm(dim=1, keepdim=True)

            # Whole, and in parts that stay in the cache; the faster one counts.
            def score(part):
                if rows:
                    result = (part @ tp.T) / part.norm(dim=1, keepdim=True)
                    return result, result.argmax(1)
                result = (tp @ part) / part.norm(dim=0, keepdim=True)
                return result, result.argmax(0)

            calls["torch"] = lambda: score(tf)
            if rows:
                calls["torch in parts"] = lambda: [score(tf[i : i + 1024]) for i in range(0, n, 1024)]
            else:
                calls["torch in parts"] = lambda: [score(tf[:, i : i + 4096]) for i in range(0, n, 4096)]

        def check(name, theirs):
            if name == "torch":
                agree(scores, theirs[0].T.numpy() if rows else theirs[0].numpy(), 5e-6, "cosine")

        return calls, check


class Entropy:
    def __init__(self, passes, classes, voxels, information):
        self.shape = dict(passes=passes, classes=classes, voxels=voxels, mutual_information=information)
        self.kernel = "entropy"
        self.operations = (12.0 * passes * classes + 12.0 * classes + (12.0 * passes if information else 0)) * voxels
        self.bytes = 4.0 * voxels * (passes * classes + (2 if information else 1))

    def prepare(self, kernels, peers=None):
        s = self.shape
        t, c, n = s["passes"], s["classes"], s["voxels"]
        logits = np.random.default_rng(1).standard_normal((t, c, n), dtype=np.float32)
        entropy = np.empty(n, np.float32)
        information = np.empty(n, np.float32) if s["mutual_information"] else None
        calls = {"onelabel": lambda: kernels.entropy(logits, entropy, information)}
        if torch and peers:
            tl = torch.from_numpy(logits)

            def score(part):
                p = torch.softmax(part, 1)
                mean = p.mean(0)
                h = -torch.xlogy(mean, mean).sum(0)
                if information is None:
                    return h
                return h, h + torch.xlogy(p, p).sum(1).mean(0)

            # Two classes: one sigmoid does for the softmax.
            def score_two(part):
                p = torch.sigmoid(part[:, 1] - part[:, 0])

                def of(x):
                    return -(torch.xlogy(x, x) + torch.xlogy(1 - x, 1 - x))

                h = of(p.mean(0))
                return h if information is None else (h, h - of(p).mean(0))

            calls["torch"] = lambda: score(tl)
            calls["torch in parts"] = lambda: [score(tl[:, :, i : i + 8192]) for i in range(0, n, 8192)]
            if c == 2:
                calls["torch sigmoid in parts"] = lambda: [score_two(tl[:, :, i : i + 8192]) for i in range(0, n, 8192)]

        def check(name, theirs):
            if name == "torch" and information is None:
                agree(entropy, theirs.numpy(), 4e-6, "entropy")
            elif name == "torch":
                agree(entropy, theirs[0].numpy(), 4e-6, "entropy")
                agree(information, theirs[1].numpy(), 8e-6, "mutual information")

        return calls, check


VOXELS = 112 * 112 * 80
TABLE = [
    Knn(512, 6144, 384, 5, "inner-product"),
    Knn(512, 6144, 384, 5, "inner-product", "clusters"),
    Knn(512, 40960, 384, 5, "inner-product"),
    Knn(4096, 65536, 384, 16, "inner-product"),
    Knn(4096, 65536, 384, 16, "inner-product", "clusters"),
    Knn(512, 40960, 384, 200, "inner-product"),
    Knn(500, 20000, 64, 1000, "squared-l2"),
    Knn(1, 100000, 128, 10, "inner-product", "float16"),
    Knn(16, 100000, 128, 10, "inner-product", "float16"),
    Knn(35000, 35000, 16, 15, "squared-l2"),
    Knn(35000, 35000, 32, 15, "squared-l2"),
    Knn(35000, 35000, 64, 15, "squared-l2"),
    Knn(35000, 35000, 16, 15, "squared-l2", "clusters"),
    Knn(1024, 262144, 768, 32, "inner-product"),
    Knn(512, 20480, 1000, 5, "inner-product"),
    Range(512, 40960, 384, "inner-product", 10),
    Range(8192, 35000, 16, "squared-l2", 100),
    Range(2048, 35000, 16, "squared-l2", 1000),
    *(Cosine(524288, 384, c, "rows") for c in (2, 4, 8, 32)),
    *(Cosine(65536, 384, c, "channels") for c in (2, 8, 32)),
    *(Entropy(8, c, VOXELS, information) for information in (False, True) for c in (2, 4, 16)),
]

# One size after the other, the others as they are: how time grows.
SWEEPS = [
    ("queries", [Knn(q, 16384, 384, 16, "inner-product") for q in (512, 1024, 2048, 4096)]),
    ("database", [Knn(1024, m, 384, 16, "inner-product") for m in (8192, 16384, 32768, 65536)]),
    ("dim", [Knn(1024, 16384, d, 16, "inner-product") for d in (192, 384, 768, 1536)]),
    ("queries", [Knn(q, 35000, 16, 15, "squared-l2") for q in (8750, 17500, 35000, 70000)]),
    ("database", [Knn(35000, m, 16, 15, "squared-l2") for m in (8750, 17500, 35000, 70000)]),
    ("dim", [Knn(17500, 17500, d, 15, "squared-l2") for d in (8, 16, 32, 64)]),
    ("voxels", [Cosine(n, 384, 8, "rows") for n in (65536, 131072, 262144, 524288)]),
    ("dim", [Cosine(131072, d, 8, "rows") for d in (96, 192, 384, 768)]),
    ("classes", [Cosine(131072, 384, c, "rows") for c in (8, 16, 32, 64)]),
    ("voxels", [Cosine(n, 384, 8, "channels") for n in (32768, 65536, 131072, 262144)]),
    ("dim", [Cosine(65536, d, 8, "channels") for d in (96, 192, 384, 768)]),
    ("classes", [Cosine(65536, 384, c, "channels") for c in (8, 16, 32, 64)]),
    ("voxels", [Entropy(8, 4, n, False) for n in (125440, 250880, 501760, 1003520)]),
    ("passes", [Entropy(t, 4, VOXELS, False) for t in (2, 4, 8, 16)]),
    ("classes", [Entropy(8, c, VOXELS, False) for c in (4, 8, 16, 32)]),
]
SHORT = [
    Knn(512, 6144, 384, 5, "inner-product"),
    Knn(8192, 8192, 16, 15, "squared-l2"),
    Range(512, 6144, 384, "inner-product", 10),
    Cosine(65536, 384, 2, "rows"),
    Cosine(16384, 384, 8, "channels"),
    Entropy(8, 2, 131072, False),
    Entropy(8, 4, 131072, True),
]


def grow(size, cases, kernels):
    """Times ours alone; the slope of log time over log size is 1 where time grows linearly."""
    sizes, seconds = [], []
    for case in cases:
        call = case.prepare(kernels)[0]["onelabel"]
        call()
        times = []
        for _ in range(5):
            start = time.process_time()
            call()
            times.append(time.process_time() - start)
        sizes.append(case.shape[size])
        seconds.append(statistics.median(times))
    slope = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
    others = {key: value for key, value in cases[0].shape.items() if key != size}
    return dict(kernel=cases[0].kernel, shape=others, size=size, sizes=sizes, median_seconds=seconds, slope=slope)


def measure(case, kernels, peers, seconds):
    calls, check = case.prepare(kernels, peers)
    bounds = [kernels.bounds()]
    times, recalls = {name: [] for name in calls}, {}
    for name, call in calls.items():  # warm-up
        result = call()
        if name != "onelabel":
            recalls[name] = check(name, result)
            while recalls[name] is not None and recalls[name] < 1 and call.peer.widen():
                recalls[name] = check(name, call())
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times["onelabel"]) < 5:
        for name, call in calls.items():
            if name != "onelabel" and len(times[name]) >= 2 and sum(times[name]) > seconds / 4:
                continue
            start = time.process_time()
            call()
            times[name].append((time.process_time() - start) * getattr(call, "every", 1))
    bounds.append(kernels.bounds())
    bound = {key: statistics.mean(b[key] for b in bounds) for key in bounds[0]}
    results = []
    for name, values in times.items():
        median = statistics.median(values)
        recall = {}
        if recalls.get(name) is not None:
            peer = calls[name].peer
            recall = dict(recall=recalls[name], candidates=peer.candidates, preparation_seconds=peer.preparation)
        if hasattr(calls[name], "preparation"):
            recall = dict(preparation_seconds=calls[name].preparation)
        results.append(dict(
            implementation=name,
            **recall,
            every=getattr(calls[name], "every", 1),
            median_seconds=median,
            least_seconds=min(values),
            spread=(max(values) - min(values)) / median,
            repetitions=len(values),
            gflops=case.operations / median * 1e-9,
            gbytes_per_second=case.bytes / median * 1e-9,
            bound_fraction=max(case.operations / bound["float_operations"], case.bytes / bound["read_bytes"]) / median,
        ))
    return dict(kernel=case.kernel, shape=case.shape, threads=1, isa=kernels.isa, bounds=bound, results=results)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library")
    parser.add_argument("--out", required=True)
    parser.add_argument("--set", choices=("table", "short"), default="table")
    parser.add_argument("--kernel", action="append", help="only this kernel; may be said again")
    parser.add_argument("--peers", default="", help="the folder of the harder peers of KNN")
    parser.add_argument("--quick", action="store_true", help="a second for each shape instead of four, and not how time grows")
    options = parser.parse_args()
    seconds = 1 if options.quick else 4
    Part.limit = seconds / 4
    if faiss:
        faiss.omp_set_num_threads(1)
    if torch:
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
    peers = Peers(options.peers, torch)
    kernels = Kernels(options.library, 1)
    versions = {"numpy": np.__version__, "python": sys.version.split()[0]} | peers.versions
    if faiss:
        versions["faiss"] = faiss.__version__
    if torch:
        versions["torch"] = torch.__version__
    results, sweeps = [], []

    def save():  # after every case, so that an interrupted run leaves what it has
        with open(options.out, "w") as file:
            json.dump(dict(versions=versions, missing=peers.missing, cases=results, sweeps=sweeps), file, indent=1)

    for case in TABLE if options.set == "table" else SHORT:
        if options.kernel and case.kernel not in options.kernel:
            continue
        results.append(measure(case, kernels, peers, seconds))
        shape = " ".join(f"{key}={value}" for key, value in case.shape.items())
        save()
        times = "  ".join(f"{r['implementation']} {r['median_seconds'] * 1e3:.2f} ms" for r in results[-1]["results"])
        print(f"{case.kernel} {shape}: {times}", file=sys.stderr, flush=True)
    for size, cases in SWEEPS if options.set == "table" and not options.quick else []:
        if options.kernel and cases[0].kernel not in options.kernel:
            continue
        sweeps.append(grow(size, cases, kernels))
        print(f"{sweeps[-1]['kernel']}: slope in {size} {sweeps[-1]['slope']:.2f}", file=sys.stderr, flush=True)
    save()
    for name, why in peers.missing.items():
        missing(name, why)


if __name__ == "__main__":
    main()
