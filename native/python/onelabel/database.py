"""Rows that are prepared once and searched often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Optional, Tuple, TypeVar

from . import _arrays, _searches
from ._arrays import Array, FeatureMatrix, address
from ._library import Context, PreparedRows, check, library
from .options import ElementType, Metric
from .results import Neighbours, RowsWithin
from .vote import Vote

if TYPE_CHECKING:
    from .kernels import Kernels

_MOST_VALUES = 2**31 - 1

_Self = TypeVar("_Self", bound="Database")


class Database:
    """Rows that are searched often; Kernels.database makes it, without rows.

    What a search makes of rows, such as rounded values or the leaves of a tree, is made once and
    kept. The answers are those of Kernels.nearest_neighbours and Kernels.range_search in an array of
    the same rows, to the bit. len(database) is the number of rows.

    Any number of threads may search it and append to it at once: a search sees the rows that were
    there as it began. close lets the calls that run end; a call after it is a RuntimeError. It may
    be closed after the kernels that made it.
    """

    def __init__(self, context: Context, dimension: int, metric: Metric, element_type: ElementType) -> None:
        self.dimension = _arrays.integer(dimension, "dimension", 0, _MOST_VALUES)
        self.metric = Metric(metric)
        self.element_type = ElementType(element_type)
        self._context: Optional[Context] = context
        self._prepared: Optional[PreparedRows] = PreparedRows(
            context, self.dimension, self.element_type, self.metric
        )

    def close(self) -> None:
        """Frees the rows, once the calls that run have ended. May be called again."""
        self._context = self._prepared = None

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _open(self) -> Tuple[Context, PreparedRows]:
        context, prepared = self._context, self._prepared
        if context is None or prepared is None:
            raise RuntimeError("this database is closed")
        return context, prepared

    def __len__(self) -> int:
        return self._open()[1].count()

    def append(self, rows: Array) -> None:
        """Copies rows behind those that are there, which are numbered on.

        rows  N × dimension, of the database's type; bfloat16 may come as int16 or uint16
        """
        context, prepared = self._open()
        m = self._matrix(rows, "rows")
        check(
            library.onelabel_database_append(context.pointer, prepared.pointer, address(m.array), m.rows, m.stride)
        )

    def nearest_neighbours(
        self,
        queries: Array,
        k: int,
        *,
        rows: Optional[int] = None,
        allowed: Optional[Array] = None,
        excluded: Optional[Array] = None,
        vote: Optional[Vote] = None,
        kernels: Optional[Kernels] = None,
    ) -> Neighbours:
        """The k best rows for every query, exact.

        queries  Q × dimension, of the database's type
        rows     how many are searched, the first ones; None is all. allowed and the labels of the
                 vote are for so many: say it where another thread appends
        kernels  which work: those that made the database, or others of the same instruction set,
                 such as their Kernels.cancellable

        The other arguments are those of Kernels.nearest_neighbours.
        """
        search, q, m = self._search(library.onelabel_database_knn, queries, rows, kernels)
        return _searches.nearest_neighbours(search, _searches.Sides(q, m, allowed, excluded), k, vote)

    def range_search(
        self,
        queries: Array,
        radius: float,
        *,
        rows: Optional[int] = None,
        allowed: Optional[Array] = None,
        excluded: Optional[Array] = None,
        kernels: Optional[Kernels] = None,
    ) -> RowsWithin:
        """All rows within a radius of every query, exact; of each query by their index.

        The arguments are those of nearest_neighbours and Kernels.range_search.
        """
        search, q, m = self._search(library.onelabel_database_range_search, queries, rows, kernels)
        return _searches.rows_within(search, _searches.Sides(q, m, allowed, excluded), radius)

    def _search(
        self, function: Callable[..., int], queries: Array, rows: Optional[int], kernels: Optional[Kernels]
    ) -> Tuple[Callable[..., int], int, int]:
        """The function with what it begins with, the number of queries and that of rows."""
        context, prepared = self._open()
        if kernels is not None:
            context = kernels._open()
        q = self._matrix(queries, "queries")
        there = prepared.count()
        count = there if rows is None else _arrays.integer(rows, "rows", 0, there)

        def search(*arguments: Any) -> int:
            # It holds what its addresses are of.
            return function(
                context.pointer, prepared.pointer, count, address(q.array), q.rows, q.stride, *arguments
            )

        return search, q.rows, count

    def _matrix(self, value: Array, name: str) -> FeatureMatrix:
        found = _arrays.feature_matrix(value, name, self.element_type)
        if found.columns != self.dimension:
            raise ValueError(f"{name} have {found.columns} values a row, the database {self.dimension}")
        return found
