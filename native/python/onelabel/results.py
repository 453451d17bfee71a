"""What the calls return: new arrays, which the caller owns. None is what was not asked for."""

from __future__ import annotations

import dataclasses
from typing import Optional

import numpy
from numpy.typing import NDArray

NO_LABEL = 255
"""The label of a vector or voxel whose input is not a number."""


@dataclasses.dataclass(frozen=True, eq=False)
class Neighbours:
    """The k nearest rows of every query, best first, the lower index first on a tie.

    indices          Q × k, int64; -1 where there are fewer than k neighbours
    scores           Q × k, float32; NaN where a neighbour is missing; for squared L2 the distance
    votes            Q × classes, float32: the weights of each class, summed; None without a vote
    invalid_queries  number of queries that are not finite: they get -1 and NaN
    invalid_rows     number of database rows that are not finite: they are nobody's neighbours
    """

    indices: NDArray[numpy.int64]
    scores: NDArray[numpy.float32]
    votes: Optional[NDArray[numpy.float32]]
    invalid_queries: int
    invalid_rows: int


@dataclasses.dataclass(frozen=True, eq=False)
class RowsWithin:
    """All rows within a radius of every query, those of a query by their index.

    starts           Q + 1, int64: those of query i are starts[i] … starts[i + 1]-1 of the others
    indices          int64
    scores           float32; for squared L2 the distance
    invalid_queries  number of queries that are not finite: near them there is no row
    invalid_rows     number of database rows that are not finite: they are near nothing
    """

    starts: NDArray[numpy.int64]
    indices: NDArray[numpy.int64]
    scores: NDArray[numpy.float32]
    invalid_queries: int
    invalid_rows: int


@dataclasses.dataclass(frozen=True, eq=False)
class PrototypeCosines:
    """How similar N vectors are to the prototype of each class.

    labels   N, uint8: the class of the largest cosine, the lowest on a tie; 255 for a vector that
             is not finite
    scores   classes × N, float32: the cosines; NaN for a vector that is not finite
    margins  N, float32: best minus second score
    invalid  number of vectors that are not finite
    """

    labels: NDArray[numpy.uint8]
    scores: Optional[NDArray[numpy.float32]]
    margins: Optional[NDArray[numpy.float32]]
    invalid: int


@dataclasses.dataclass(frozen=True, eq=False)
class Uncertainty:
    """How unsure several predictions are of every voxel.

    labels              voxels, uint8: argmax of the mean, the lowest class on a tie, 255 for NaN
    entropy             voxels, float32: of the mean probability, in nats
    mean                classes × voxels, float32: mean probability over the passes
    mutual_information  voxels, float32: entropy of the mean minus mean entropy, in nats
    invalid             number of voxels that are not a number; their outputs are NaN
    """

    labels: NDArray[numpy.uint8]
    entropy: NDArray[numpy.float32]
    mean: Optional[NDArray[numpy.float32]]
    mutual_information: Optional[NDArray[numpy.float32]]
    invalid: int


@dataclasses.dataclass(frozen=True, eq=False)
class GridLabels:
    """The best class of every voxel of a grid.

    labels   x × y × z, uint8: the lowest class on a tie, 255 where a score is NaN
    margins  x × y × z, float32: best minus second score
    """

    labels: NDArray[numpy.uint8]
    margins: Optional[NDArray[numpy.float32]]


@dataclasses.dataclass(frozen=True, eq=False)
class Summary:
    """Reductions over the values that are not NaN.

    mean       NaN where there is no value, or both infinities
    quantiles  float64, one for each level asked for
    histogram  int64, one count for each bin
    invalid    number of NaN
    """

    mean: float
    quantiles: NDArray[numpy.float64]
    histogram: Optional[NDArray[numpy.int64]]
    invalid: int
