"""Searches, once the rows that are searched are given: room for what they find, and the call."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple, Optional, Tuple

import numpy

from . import _arrays
from ._arrays import Array, address
from ._library import check
from .results import Neighbours, RowsWithin
from .vote import Vote

MOST_NEIGHBOURS = 1024
_ROWS_WITHIN = 64  # so many rows a query are found at once; for more a second search is made


class Sides(NamedTuple):
    """How many queries and rows a search has, and what rules rows out."""

    queries: int
    rows: int
    allowed: Optional[Array]
    excluded: Optional[Array]


def nearest_neighbours(search: Callable[..., int], sides: Sides, k: int, vote: Optional[Vote]) -> Neighbours:
    """search is the library's function with all arguments before k."""
    k = _arrays.integer(k, "k", 1, MOST_NEIGHBOURS)
    bitmap, ranges = _arrays.bitmap(sides.allowed, sides.rows), _arrays.ranges(sides.excluded, sides.queries)
    indices = numpy.empty((sides.queries, k), numpy.int64)
    scores = numpy.empty((sides.queries, k), numpy.float32)
    voting: Tuple[Any, ...] = (0, 1.0, None, 0, 0)
    votes = None
    if vote is not None:
        labels = vote.labels
        if len(labels) != sides.rows:
            raise ValueError(f"the vote has labels for {len(labels)} rows, the database has {sides.rows}")
        votes = numpy.empty((sides.queries, vote.classes), numpy.float32)
        voting = (vote.weighting, vote.temperature, address(labels), vote.kind, vote.classes)
    invalid = numpy.zeros(2, numpy.int64)
    check(
        search(
            k, address(bitmap), address(ranges), address(indices), address(scores), *voting,
            address(votes), address(invalid),
        )
    )  # fmt: skip
    return Neighbours(indices, scores, votes, *invalid.tolist())


def rows_within(search: Callable[..., int], sides: Sides, radius: float) -> RowsWithin:
    """search is the library's function with all arguments before the radius."""
    bitmap, ranges = _arrays.bitmap(sides.allowed, sides.rows), _arrays.ranges(sides.excluded, sides.queries)
    starts, invalid = numpy.empty(sides.queries + 1, numpy.int64), numpy.zeros(2, numpy.int64)
    room = min(sides.queries * _ROWS_WITHIN, sides.queries * sides.rows)
    while True:
        indices, scores = numpy.empty(room, numpy.int64), numpy.empty(room, numpy.float32)
        check(
            search(
                radius, address(bitmap), address(ranges), address(starts), room, address(indices),
                address(scores), address(invalid),
            )
        )  # fmt: skip
        found = int(starts[-1])
        if found <= room:
            return RowsWithin(starts, indices[:found], scores[:found], *invalid.tolist())
        room = found
