"""Harder peers of KNN: products in few bits with exact re-ranking, and trees.

Each brings `search(queries)`, which gives the k best scores of each query, best first: inner products or
squared distances. One that re-ranks keeps `candidates` rows of a query, which `widen()` makes more. The
database is prepared before, as with FAISS.
"""

import ctypes
import json
import os
import time

from .native import Native
from .python import ScipyTree, TorchBfloat16
from .search import Part

PRODUCTS, TREES = ("mkl", "onednn", "numkong"), ("nanoflann", "flann")
# In more dimensions trees look at all rows.
TREE_DIMENSIONS = 64


class Peers:
    """What is here of them; `missing` says why the others are not."""

    def __init__(self, folder, torch):
        self.libraries, self.missing, self.versions, self.torch, self.spatial = {}, {}, {}, torch, None
        for name in PRODUCTS + TREES:
            path = os.path.join(folder, name + ".so")
            try:
                self.libraries[name] = ctypes.CDLL(path)
            except OSError as e:
                self.missing[name] = str(e) if os.path.exists(path) else "not built"
        versions = os.path.join(folder, "versions.json")
        if os.path.exists(versions):
            with open(versions) as file:
                self.versions |= json.load(file)
        if not torch:
            self.missing["torch-bfloat16"] = "no PyTorch"
        try:
            import scipy.spatial
            self.spatial = scipy.spatial
            self.versions["scipy"] = scipy.__version__
        except ImportError as e:
            self.missing["scipy"] = f"{e} (Debian: python3-scipy)"

    def knn(self, database, queries, k, metric):
        """Searches by name; one that cannot here is not among them."""
        makers = {f"{name} {kind}": lambda name=name, kind=kind: Native(self.libraries[name], database, k, metric, kind, len(queries))
                  for name in PRODUCTS if name in self.libraries for kind in ("bfloat16", "int8")}
        if self.torch:
            makers["torch-bfloat16"] = lambda: TorchBfloat16(self.torch, database, k, metric)
        if metric == "squared-l2" and database.shape[1] <= TREE_DIMENSIONS:
            for name in TREES:
                if name in self.libraries:
                    makers[name] = lambda name=name: Native(self.libraries[name], database, k, metric, "exact", len(queries))
            if self.spatial:
                makers["scipy"] = lambda: ScipyTree(self.spatial, database, k)
        searches = {}
        for name, make in makers.items():
            start = time.process_time()
            try:
                peer = make()
                peer.preparation = time.process_time() - start
                searches[name] = Part(peer.search, queries, peer)
            except RuntimeError as e:
                self.missing[name] = str(e)
        return searches
