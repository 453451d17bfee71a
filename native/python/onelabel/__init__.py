"""Exact nearest neighbours, prototype cosines, voxel entropy and up-sampled argmax, on all cores.

    with onelabel.Kernels() as kernels:
        found = kernels.nearest_neighbours(queries, database, k=5)
        print(found.indices, found.scores)

Arrays may be numpy arrays, objects with a buffer (array.array, memoryview) or with __dlpack__ in
the memory of the processor (PyTorch's tensors). What the kernels do with NaN, infinities and ties
is the same in every language: the header onelabel.h of the C library says it.
"""

from .database import Database
from .errors import KernelError, Status
from .kernels import CancellableKernels, Kernels
from .options import ElementType, Interpolation, LabelKind, Layout, Metric, PredictionKind, Weighting
from .results import NO_LABEL, GridLabels, Neighbours, PrototypeCosines, RowsWithin, Summary, Uncertainty
from .vote import Vote

__all__ = [
    "NO_LABEL",
    "CancellableKernels",
    "Database",
    "ElementType",
    "GridLabels",
    "Interpolation",
    "KernelError",
    "Kernels",
    "LabelKind",
    "Layout",
    "Metric",
    "Neighbours",
    "PredictionKind",
    "PrototypeCosines",
    "RowsWithin",
    "Status",
    "Summary",
    "Uncertainty",
    "Vote",
    "Weighting",
]
