#!/usr/bin/env python3
"""Times on a GPU what else there is for the shapes of gpu_bench, and prints one table of ratios.

    gpu-peers.py RESULTS.json

Reads what gpu_bench wrote, adds what PyTorch, cuBLAS (through PyTorch or CuPy) and, if installed,
FAISS and cuVS take on the same shapes, writes it back. What is not installed is left out, saying so.
"""

import json
import statistics
import sys


def median_seconds(torch, run, runs=20):
    for _ in range(3):
        run()
    times = []
    for _ in range(runs):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        run()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end) / 1e3)
    return statistics.median(times)


def knn_peers(torch, shape):
    sizes, k, metric = shape.split(":")
    queries, rows, dim = (int(n) for n in sizes.split("x"))
    k = int(k)
    q = torch.randn(queries, dim, device="cuda")
    m = torch.randn(rows, dim, device="cuda")
    squares = (m * m).sum(1)
    step = max(1, min(queries, (8 << 30) // (4 * rows)))

    def best(precise):
        torch.backends.cuda.matmul.allow_tf32 = not precise
        for first in range(0, queries, step):
            scores = q[first : first + step] @ m.T
            if metric == "squared-l2":
                scores = 2 * scores - squares
            torch.topk(scores, k)

    def bare():
        torch.backends.cuda.matmul.allow_tf32 = False
        for first in range(0, queries, step):
            q[first : first + step] @ m.T

    half_q, half_m = q.bfloat16(), m.bfloat16()

    def half():
        for first in range(0, queries, step):
            torch.topk((half_q[first : first + step] @ half_m.T).float(), k)

    peers = {
        "PyTorch topk(matmul), float32": lambda: best(True),
        "PyTorch topk(matmul), tf32": lambda: best(False),
        "cuBLAS float32 GEMM alone": bare,
        "PyTorch topk(matmul), bfloat16 (not exact)": half,
    }
    try:
        import faiss

        index = faiss.GpuIndexFlatL2(faiss.StandardGpuResources(), dim) if metric == "squared-l2" \
            else faiss.GpuIndexFlatIP(faiss.StandardGpuResources(), dim)
        index.add(m.cpu().numpy())
        host = q.cpu().numpy()
        peers["FAISS (queries from the host)"] = lambda: index.search(host, k)
    except (ImportError, AttributeError):
        print("FAISS for GPUs is not installed", file=sys.stderr)
    try:
        import cupy
        from cuvs.neighbors import brute_force

        built = brute_force.build(
            cupy.from_dlpack(m), metric="sqeuclidean" if metric == "squared-l2" else "inner_product"
        )
        device_q = cupy.from_dlpack(q)
        peers["cuVS brute force"] = lambda: brute_force.search(built, device_q, k)
    except ImportError:
        print("cuVS is not installed", file=sys.stderr)
    return peers


def cosine_peers(torch, shape):
    sizes, classes, layout = shape.split(":")
    count, dim = (int(n) for n in sizes.split("x"))
    f = torch.randn((count, dim) if layout == "rows" else (dim, count), device="cuda")
    p = torch.nn.functional.normalize(torch.randn(int(classes), dim, device="cuda"), dim=1)

    def run():
        torch.backends.cuda.matmul.allow_tf32 = False
        if layout == "rows":
            scores = (f @ p.T) * f.norm(dim=1, keepdim=True).reciprocal()
            scores.topk(2, dim=1)
        else:
            scores = (p @ f) * f.norm(dim=0, keepdim=True).reciprocal()
            scores.topk(2, dim=0)

    peers = {"PyTorch": run}
    if hasattr(torch, "compile"):
        peers["PyTorch, compiled"] = torch.compile(run)
    return peers


def entropy_peers(torch, shape):
    sizes, _, information = shape.partition(":")
    passes, classes, voxels = (int(n) for n in sizes.split("x"))
    logits = torch.randn(passes, classes, voxels, device="cuda")

    def run():
        p = logits.softmax(1)
        mean = p.mean(0)
        h = -(mean * mean.clamp_min(1e-38).log()).sum(0)
        label = mean.argmax(0)
        if information:
            return h + (p * p.clamp_min(1e-38).log()).sum(1).mean(0), label
        return h, label

    peers = {"PyTorch": run}
    if hasattr(torch, "compile"):
        peers["PyTorch, compiled"] = torch.compile(run)
    return peers


PEERS = {"knn": knn_peers, "prototype-cosine": cosine_peers, "entropy": entropy_peers}


def main():
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        sys.exit(__doc__)
    path = sys.argv[1]
    with open(path, encoding="utf-8") as file:
        results = json.load(file)
    try:
        import torch

        available = torch.cuda.is_available()
    except ImportError:
        available = False
    if not available:
        print("no PyTorch that sees the GPU: no peers", file=sys.stderr)
    for result in results["results"]:
        result["peers"] = {}
        if not available:
            continue
        for name, run in PEERS[result["kernel"]](torch, result["shape"]).items():
            try:
                result["peers"][name] = median_seconds(torch, run)
            except RuntimeError as error:
                print(f"{result['shape']}: {name}: {str(error).splitlines()[0]}", file=sys.stderr)
        torch.cuda.empty_cache()
    with open(path, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    print(f"\n{results['device']}, {results['architecture']}\n")
    print("| kernel | shape | ms | of bound | times of peers over ours |\n|---|---|---|---|---|")
    for result in results["results"]:
        seconds = result["median_seconds"]
        ratios = ", ".join(f"{name} {time / seconds:.2f}×" for name, time in result["peers"].items())
        print(f"| {result['kernel']} | {result['shape']} | {seconds * 1e3:.3f} "
              f"| {result['bound_fraction']:.0%} | {ratios} |")


if __name__ == "__main__":
    main()
