import ctypes

import numpy as np

from .search import Reranked


class Native(Reranked):
    """A library of this folder (peer.h) and one of its kinds."""

    KINDS = {"bfloat16": 0, "int8": 1, "exact": 0}

    def __init__(self, library, database, k, metric, kind, queries):
        super().__init__(k, len(database))
        if kind == "exact":
            self.widths = [k]
        (count, dimension), self.database, self.library = database.shape, database, library
        library.peer_create.restype = ctypes.c_void_p
        self.structure = ctypes.c_void_p(library.peer_create(
            at(database), ctypes.c_int64(count), ctypes.c_int64(dimension), ctypes.c_int(metric == "squared-l2"),
            ctypes.c_int(self.KINDS[kind]), ctypes.c_int64(queries)))
        if not self.structure:
            raise RuntimeError("not on this processor")

    def search(self, queries):
        indices, scores = (np.empty((len(queries), self.k), type) for type in (np.int64, np.float32))
        self.library.peer_search(self.structure, at(queries), ctypes.c_int64(len(queries)), ctypes.c_int(self.k),
                                 ctypes.c_int(self.candidates), at(indices), at(scores))
        return scores

    def __del__(self):
        if getattr(self, "structure", None):
            self.library.peer_destroy(self.structure)


def at(array):
    return ctypes.c_void_p(array.ctypes.data)
