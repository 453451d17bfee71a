"""What a peer's search is asked."""

import time

import numpy as np


class Reranked:
    """Candidates enough for the exact answer, no more: from k + 8 to 16 k + 8."""

    def __init__(self, k, count):
        self.k = k
        self.widths = sorted({min(count, int(k * times) + 8) for times in (1, 1.5, 2, 4, 8, 16)})

    @property
    def candidates(self):
        return self.widths[0]

    def widen(self):
        if len(self.widths) == 1:
            return False
        del self.widths[0]
        return True


class Part:
    """A search of all queries, or of every so-manieth, 256 at least, where all would take longer than
    `limit` seconds: its time grows with the queries."""

    limit = 1.0

    def __init__(self, search, queries, peer=None):
        self.search, self.peer, self.every = search, peer, 1
        probe = np.ascontiguousarray(queries[:: -(-len(queries) // 256)])
        search(probe)
        seconds = -time.process_time()
        search(probe)
        seconds += time.process_time()
        while seconds * len(queries) / len(probe) / self.every > self.limit and len(queries) / self.every >= 512:
            self.every *= 2
        self.queries = np.ascontiguousarray(queries[:: self.every])

    def __call__(self):
        return self.search(self.queries)
