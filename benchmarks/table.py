#!/usr/bin/env python3
"""Prints a result of benchmarks/run as tables, or collects one.

    table.py RESULT.json
    table.py --collect RAW_FOLDER --out RESULT.json
"""

import argparse
import datetime
import glob
import json
import math
import os
import platform
import re

# Least ratios to the best peer on one pinned thread.
TARGETS = [
    ("knn", dict(k=lambda k: k >= 200), 1.2),
    ("knn", dict(data="float16"), 1.2),
    ("knn", dict(dim=lambda d: d >= 384, data="spread"), 2.0),
    ("knn", dict(dim=lambda d: d >= 384, data="clusters"), 1.6),
    ("knn", dict(dim=lambda d: d <= 64), 4.0),
    ("prototype-cosine", dict(layout="rows", classes=lambda c: c <= 4), 5.0),
    ("prototype-cosine", dict(layout="rows", classes=8), 4.0),
    ("prototype-cosine", dict(layout="rows", classes=32), 2.4),
    ("prototype-cosine", dict(layout="channels", classes=2), 13.0),
    ("prototype-cosine", dict(layout="channels", classes=8), 9.0),
    ("prototype-cosine", dict(layout="channels", classes=32), 5.0),
    ("entropy", dict(mutual_information=True), 15.0),
    ("entropy", dict(classes=2), 6.0),
    ("entropy", dict(classes=4), 5.0),
    ("entropy", dict(classes=16), 9.0),
]


def target(case):
    for kernel, wanted, ratio in TARGETS:
        matches = (
            want(case["shape"].get(key)) if callable(want) else case["shape"].get(key) == want
            for key, want in wanted.items()
        )
        if kernel == case["kernel"] and all(matches):
            return ratio
    return None


def describe(kernel, s):
    if kernel == "knn":
        data = "" if s.get("data", "spread") == "spread" else ", " + s["data"]
        return f"KNN {s['queries']}×{s['database']}, D {s['dim']}, k {s['k']}, {s['metric']}{data}"
    if kernel == "range":
        return f"range {s['queries']}×{s['database']}, D {s['dim']}, {s['metric']}, {s['rows']} rows a query"
    if kernel == "prototype-cosine":
        return f"cosine {s['layout']}, N {s['voxels']}, D {s['dim']}, C {s['classes']}"
    information = ", with information" if s["mutual_information"] else ""
    return f"entropy T {s['passes']}, C {s['classes']}, N {s['voxels']}{information}"


def word(kernel, s):
    """The shape as JMH's parameter."""
    if kernel == "knn":
        return f"knn:{s['queries']}x{s['database']}x{s['dim']}:{s['k']}:{s['metric']}"
    if kernel == "range":
        return "range, which is not measured there"
    if kernel == "prototype-cosine":
        return f"cosine:{s['voxels']}x{s['dim']}:{s['classes']}:{s['layout']}"
    return f"entropy:{s['passes']}x{s['classes']}x{s['voxels']}" + (":information" if s["mutual_information"] else "")


def collect(raw, out):
    with open(os.path.join(raw, "compare.json")) as file:
        compare = json.load(file)
    jvm, versions = [], compare["versions"]
    for path in sorted(glob.glob(os.path.join(raw, "jmh-*.json"))):
        with open(path) as file:
            for run in json.load(file):
                at = run["primaryMetric"]["scorePercentiles"]
                jvm.append(dict(
                    implementation=run["params"].get("implementation", "onelabel"),
                    **{key: run["params"][key] for key in ("shape", "isa", "threads") if key in run["params"]},
                    median_milliseconds=at["50.0"],
                    spread=(at["100.0"] - at["0.0"]) / at["50.0"],
                ))
                versions["jmh"], versions["jdk"] = run["jmhVersion"], run["jdkVersion"]
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    machine = dict(cpu=cpu.group(1) if cpu else platform.processor(), cores=os.cpu_count(), system=platform.platform(terse=True))
    date = datetime.date.today().isoformat()
    os.makedirs(os.path.dirname(out), exist_ok=True)
    with open(out, "w") as file:
        json.dump(dict(date=date, machine=machine, versions=versions, **{k: compare[k] for k in ("missing", "cases", "sweeps")}, jvm=jvm), file, indent=1)


def milliseconds(seconds):
    return f"{seconds * 1e3:.3g}"


def peers_of(case):
    """Best time of each peer, seconds."""
    best = {}
    for r in case["results"][1:]:
        peer = r["implementation"].split()[0]
        best[peer] = min(best.get(peer, float("inf")), r["median_seconds"])
    return best


# Which results a column of the harder peers shows.
HARDER = [("FAISS", "faiss"), ("PyTorch", "torch"), ("PyTorch bfloat16", "torch-bfloat16"), ("MKL", "mkl"), ("oneDNN", "onednn"),
          ("NumKong", "numkong"), ("nanoflann", "nanoflann"), ("FLANN", "flann"), ("scipy", "scipy")]
# The least ratio to the best of them.
HARDER_TARGET = 1.2


def show_harder(result):
    cases = [c for c in result["cases"] if any("recall" in r for r in c["results"])]
    if not cases:
        return
    print("\nHarder peers of KNN: time over ours; the database was prepared before, ours too. Recall where it is below 1.\n")
    print(f"| work | ms | {' | '.join(name for name, _ in HARDER)} | least | |")
    print("|---|---|" + "---|" * len(HARDER) + "---|---|")
    for case in cases:
        ours = min(r["median_seconds"] for r in case["results"] if r["implementation"].startswith("onelabel"))
        cells, exact = [], {}
        for name, key in HARDER:
            here = []
            for r in case["results"][1:]:
                peer, _, kind = r["implementation"].partition(" ")
                if peer == key:
                    recall = r.get("recall", 1)
                    here.append((recall < 1, r["median_seconds"] / ours, kind, f", recall {math.floor(recall * 1e4) / 1e4:.4f}" if recall < 1 else ""))
            if not here:
                cells.append("not here" if key in result.get("missing", {}) else "")
                continue
            inexact, ratio, kind, recall = min(here)  # the fastest of those that are exact
            cells.append(f"{ratio:.2f}×{kind and ' ' + kind}{recall}")
            if not inexact:
                exact[f"{name} {kind}".strip()] = ratio
        best = min(exact, key=exact.get)
        verdict = "" if exact[best] >= HARDER_TARGET else f"**{best}** is " + ("faster" if exact[best] < 1 else "as fast")
        print(f"| {describe(case['kernel'], case['shape'])} | {milliseconds(ours)} | {' | '.join(cells)} | {exact[best]:.2f}× | {verdict} |")
    missing = result.get("missing", {})
    if missing:
        print("\nLeft out: " + "; ".join(f"{name} ({why})" for name, why in missing.items()) + ".")


def in_jvm(case, result):
    """The best time of PyTorch in the JVM over ours there, if both were measured."""
    if case["shape"].get("data", "spread") != "spread":
        return None
    runs = [r for r in result["jvm"] if r["shape"] == word(case["kernel"], case["shape"])]
    theirs = [r["median_milliseconds"] for r in runs if r["implementation"].startswith("pytorch")]
    ours = [r["median_milliseconds"] for r in runs if r["implementation"] == "onelabel" and r["isa"] == "best"]
    return min(theirs) / min(ours) if theirs and ours else None


def show(result):
    m = result["machine"]
    print(f"{m['cpu']}, {m['cores']} cores, {result['date']}; " + ", ".join(f"{k} {v}" for k, v in sorted(result["versions"].items())))
    print(f"instruction set {result['cases'][0]['isa']}  ")
    bounds = [c["bounds"] for c in result["cases"]]
    middle = {key: sorted(b[key] for b in bounds)[len(bounds) // 2] for key in bounds[0]}
    print(f"bounds of one thread, median: float32 {middle['float_operations'] * 1e-9:.0f} GFLOP/s, "
          f"the filter's products {middle.get('filter_operations', middle.get('half_operations', 0)) * 1e-9:.0f}, read {middle['read_bytes'] * 1e-9:.1f} GB/s\n")
    print("One pinned thread; ratios are times of the peer's best formulation over ours, in the same run.\n")
    print("| work | ms | spread | of bound | prepared, ms | FAISS | PyTorch 1.13 | PyTorch 2.7.1, JVM | target | |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for case in result["cases"]:
        ours, peers, jvm = case["results"][0], peers_of(case), in_jvm(case, result)
        ratios = {peer: seconds / ours["median_seconds"] for peer, seconds in peers.items() if peer in ("faiss", "torch")}
        least = min([*ratios.values(), *([jvm] if jvm else [])], default=None)
        wanted = target(case)
        met = "" if wanted is None or least is None else "met" if least >= wanted else "**missed**"
        prepared = "".join(milliseconds(r["median_seconds"]) for r in case["results"] if r["implementation"] == "onelabel prepared")
        cells = [f"{ratio:.2f}×" if ratio else "" for ratio in (ratios.get("faiss"), ratios.get("torch"), jvm)]
        print(f"| {describe(case['kernel'], case['shape'])} | {milliseconds(ours['median_seconds'])} | {ours['spread']:.0%} | "
              f"{ours['bound_fraction']:.0%} | {prepared} | {' | '.join(cells)} | {'' if wanted is None else f'≥ {wanted:g}×'} | {met} |")
    show_harder(result)
    if result["sweeps"]:
        print("\nHow time grows: the slope of log time over log size, one size after the other.\n")
        print("| work | size | ms | slope |\n|---|---|---|---|")
        for sweep in result["sweeps"]:
            shape = ", ".join(f"{k} {v}" for k, v in sweep["shape"].items())
            sizes = ", ".join(map(str, sweep["sizes"]))
            times = ", ".join(map(milliseconds, sweep["median_seconds"]))
            print(f"| {sweep['kernel']}: {shape} | {sweep['size']} {sizes} | {times} | {sweep['slope']:.2f} |")
    if not result["jvm"]:
        return
    others = [r for r in result["jvm"] if r["implementation"] not in ("onelabel", "pytorch", "pytorch-parts")]
    print("\nIn the JVM, one thread, time over ours.\n\n| work | peer | ratio |\n|---|---|---|")
    for r in others:
        ours = [o for o in result["jvm"] if o["implementation"] == "onelabel" and o["shape"] == r["shape"] and o["isa"] == "best"]
        print(f"| `{r['shape']}` | {r['implementation']} | {r['median_milliseconds'] / ours[0]['median_milliseconds']:.1f}× |")
    tiers = [r for r in result["jvm"] if r["implementation"] == "onelabel" and r["isa"] != "best"]
    isas = list(dict.fromkeys(r["isa"] for r in tiers))
    print("\nInstruction sets, through Panama, ms on one thread → on two (not pinned).\n")
    print(f"| work | {' | '.join(isas)} |\n|---|{'---|' * len(isas)}")
    for shape in dict.fromkeys(r["shape"] for r in tiers):
        cells = []
        for isa in isas:
            at = {r["threads"]: r["median_milliseconds"] for r in tiers if r["shape"] == shape and r["isa"] == isa}
            cells.append(f"{at['1']:.3g} → {at['2']:.3g} ({at['1'] / at['2']:.2f}×)")
        print(f"| `{shape}` | {' | '.join(cells)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("result", nargs="?")
    parser.add_argument("--collect")
    parser.add_argument("--out")
    options = parser.parse_args()
    if options.collect:
        collect(options.collect, options.out)
    elif options.result:
        with open(options.result) as file:
            show(json.load(file))
    else:
        parser.error("give a result, or --collect and --out")


if __name__ == "__main__":
    main()
