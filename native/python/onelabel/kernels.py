"""The kernels, and the calls on them."""

from __future__ import annotations

import functools
from typing import Any, List, Optional, Sequence, Tuple, TypeVar

import numpy

from . import _arrays, _searches
from ._arrays import Array, address
from ._library import Context, check, library
from .database import Database
from .options import ElementType, Interpolation, Layout, Metric, PredictionKind
from .results import GridLabels, Neighbours, PrototypeCosines, RowsWithin, Summary, Uncertainty
from .vote import Vote

MOST_THREADS = 1024
_MOST = 2**31 - 1  # what an int32 holds


_Self = TypeVar("_Self", bound="Kernels")


class Kernels:
    """The kernels with their threads; make them once, use them often, close them.

    threads          1 to 1024, or 0 for as many as the process may use
    instruction_set  one of Kernels.instruction_sets(); None is the best of them

    Any number of threads may call one instance at once, and calls let other Python threads run. A
    forked child may go on with its parent's kernels; its calls work on one thread. close lets the
    calls that run end.

    An array that is not contiguous is copied for the call, but for features, of which only the
    values of a row (the last axis) need to be contiguous. Nothing is converted: another type, shape
    or device is a TypeError or ValueError, and what the library refuses a KernelError. A call after
    close is a RuntimeError.
    """

    def __init__(self, threads: int = 0, instruction_set: Optional[str] = None) -> None:
        self._context: Optional[Context] = Context.of(
            _arrays.integer(threads, "threads", 0, MOST_THREADS), instruction_set
        )

    @staticmethod
    def instruction_sets() -> List[str]:
        """What this machine has and ONELABEL_MAX_ISA allows, the best first."""
        names: str = library.onelabel_isas().decode()
        return names.split(",") if names else []

    @property
    def threads(self) -> int:
        """The number of threads that a call may use."""
        context = self._open()
        return int(library.onelabel_threads(context.pointer))

    @property
    def instruction_set(self) -> str:
        """The instruction set in use: baseline, avx2, avxvnni, avx512, avx512vnni or
        avx512amx."""
        context = self._open()
        return str(library.onelabel_isa(context.pointer).decode())

    def close(self) -> None:
        """Ends the threads, once the calls that run have ended. May be called again."""
        self._context = None

    def cancellable(self) -> CancellableKernels:
        """The same kernels with the same threads, for calls that another Python thread may end.

        Its owner closes it; these kernels may be closed before it.
        """
        return CancellableKernels(self._open().share())

    def database(
        self,
        dimension: int,
        *,
        metric: Metric = Metric.COSINE,
        element_type: ElementType = ElementType.FLOAT32,
    ) -> Database:
        """A database without rows, for many searches. Its owner closes it.

        dimension     values of a row
        metric        what makes a row near
        element_type  of its rows and of the queries
        """
        return Database(self._open(), dimension, metric, element_type)

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _open(self) -> Context:
        context = self._context
        if context is None:
            raise RuntimeError("these kernels are closed")
        return context

    def nearest_neighbours(
        self,
        queries: Array,
        database: Array,
        k: int,
        *,
        metric: Metric = Metric.COSINE,
        allowed: Optional[Array] = None,
        excluded: Optional[Array] = None,
        vote: Optional[Vote] = None,
        element_type: Optional[ElementType] = None,
    ) -> Neighbours:
        """The k best rows of a database for every query, exact.

        queries       Q × D, float32, float16, bfloat16 or int8
        database      M × D, of the same type
        k             1 to 1024
        allowed       M, bool or uint8: rows that are not 0 may be neighbours
        excluded      Q × 2, int64: rows from … to-1 are no neighbours of the query; any numbers,
                      what lies outside of the database excludes nothing
        vote          how the neighbours' labels are summed up
        element_type  ElementType.BFLOAT16 where the bits of bfloat16 come as int16 or uint16
        """
        context = self._open()
        q, m = _arrays.both_sides(queries, database, element_type)
        search = functools.partial(
            library.onelabel_knn, context.pointer, address(q.array), q.rows, q.stride,
            address(m.array), m.rows, m.stride, q.columns, q.type, Metric(metric),
        )  # fmt: skip
        return _searches.nearest_neighbours(search, _searches.Sides(q.rows, m.rows, allowed, excluded), k, vote)

    def range_search(
        self,
        queries: Array,
        database: Array,
        radius: float,
        *,
        metric: Metric = Metric.COSINE,
        allowed: Optional[Array] = None,
        excluded: Optional[Array] = None,
        element_type: Optional[ElementType] = None,
    ) -> RowsWithin:
        """All rows of a database within a radius of every query, exact; of each query by their index.

        radius  squared L2: rows at this distance or less; else rows of this score or more

        The other arguments are those of nearest_neighbours.
        """
        context = self._open()
        q, m = _arrays.both_sides(queries, database, element_type)
        search = functools.partial(
            library.onelabel_range_search, context.pointer, address(q.array), q.rows, q.stride,
            address(m.array), m.rows, m.stride, q.columns, q.type, Metric(metric),
        )  # fmt: skip
        return _searches.rows_within(search, _searches.Sides(q.rows, m.rows, allowed, excluded), radius)

    def prototype_cosine(
        self,
        features: Array,
        prototypes: Array,
        *,
        layout: Layout = Layout.ROWS,
        scores: bool = True,
        margins: bool = False,
        element_type: Optional[ElementType] = None,
    ) -> PrototypeCosines:
        """The cosine of every feature vector with every prototype; 0 where either is zero.

        features      N × D, or D × N with Layout.CHANNELS; float32, float16, bfloat16 or int8
        prototypes    classes (1 to 255) × D, float32, finite
        scores        whether to return all cosines, not the best class alone
        margins       whether to return them; 2 classes at least
        element_type  ElementType.BFLOAT16 where the bits of bfloat16 come as int16 or uint16
        """
        context = self._open()
        f = _arrays.feature_matrix(features, "features", element_type)
        by_class = _arrays.contiguous(prototypes, "prototypes", numpy.float32, ("classes", "dimension"))
        layout = Layout(layout)
        count, dimension = (f.rows, f.columns) if layout == Layout.ROWS else (f.columns, f.rows)
        classes = _arrays.class_count(len(by_class))
        if by_class.shape[1] != dimension:
            raise ValueError(f"features have {dimension} values, prototypes {by_class.shape[1]}")
        labels = numpy.empty(count, numpy.uint8)
        cosines = numpy.empty((classes, count), numpy.float32) if scores else None
        lead = numpy.empty(count, numpy.float32) if margins else None
        invalid = numpy.zeros(1, numpy.int64)
        check(
            library.onelabel_prototype_cosine(
                context.pointer, address(f.array), f.type, layout, count, dimension, f.stride,
                address(by_class), classes, address(cosines), address(labels), address(lead),
                address(invalid),
            )
        )  # fmt: skip
        return PrototypeCosines(labels, cosines, lead, int(invalid[0]))

    def voxel_entropy(
        self,
        predictions: Array,
        *,
        kind: PredictionKind = PredictionKind.LOGITS,
        mean: bool = False,
        mutual_information: bool = False,
    ) -> Uncertainty:
        """The uncertainty of stochastic predictions.

        predictions         passes (1 at least) × classes (1 to 255) × voxels, float32; voxels may
                            be several axes, which the results have, too
        kind                logits or probabilities
        mean                whether to return the mean probabilities
        mutual_information  whether to return it
        """
        context = self._open()
        values = _arrays.contiguous(predictions, "predictions", numpy.float32)
        if values.ndim < 3:
            raise ValueError(f"predictions must have the shape passes × classes × voxels, not {values.shape}")
        passes, grid = len(values), values.shape[2:]
        classes = _arrays.class_count(values.shape[1])
        labels, entropy = numpy.empty(grid, numpy.uint8), numpy.empty(grid, numpy.float32)
        means = numpy.empty((classes, *grid), numpy.float32) if mean else None
        information = numpy.empty(grid, numpy.float32) if mutual_information else None
        invalid = numpy.zeros(1, numpy.int64)
        check(
            library.onelabel_entropy(
                context.pointer, address(values), PredictionKind(kind), passes, classes,
                labels.size, address(means), address(entropy), address(labels),
                address(information), address(invalid),
            )
        )  # fmt: skip
        return Uncertainty(labels, entropy, means, information, int(invalid[0]))

    def upsample_argmax(
        self,
        scores: Array,
        size: Sequence[int],
        *,
        interpolation: Interpolation = Interpolation.TRILINEAR,
        margins: bool = False,
    ) -> GridLabels:
        """The best class on a grid of another size; the fine scores are never stored.

        scores   classes (1 to 255) × x × y × z, float32; minus infinity masks a class out
        size     the new x, y, z
        margins  whether to return them; 2 classes at least
        """
        context = self._open()
        coarse = _arrays.contiguous(scores, "scores", numpy.float32, ("classes", "x", "y", "z"))
        classes = _arrays.class_count(len(coarse))
        fine = tuple(_arrays.integer(side, "size", 0, _MOST) for side in size)
        if len(fine) != 3:
            raise ValueError(f"size must be x, y, z, not {fine}")
        if 0 in coarse.shape[1:] and 0 not in fine:
            raise ValueError("an empty grid has nothing to sample")
        labels = numpy.empty(fine, numpy.uint8)
        lead = numpy.empty(fine, numpy.float32) if margins else None
        check(
            library.onelabel_upsample_argmax(
                context.pointer, address(coarse), classes, *coarse.shape[1:], *fine,
                Interpolation(interpolation), address(labels), address(lead),
            )
        )  # fmt: skip
        return GridLabels(labels, lead)

    def summary(
        self,
        values: Array,
        levels: Sequence[float] = (),
        *,
        bins: int = 0,
        limits: Tuple[float, float] = (0.0, 1.0),
    ) -> Summary:
        """The mean, exact quantiles and a histogram of the values that are not NaN.

        values  float32, any shape
        levels  of the quantiles, each in 0 … 1; linear between ranks
        bins    of the histogram; 0 is none
        limits  the histogram's low and high, finite; what lies outside is in the first or last bin
        """
        context = self._open()
        flat = _arrays.contiguous(values, "values", numpy.float32)
        at = numpy.ascontiguousarray(levels, numpy.float64)
        _arrays.require_axes(at, "levels", ("levels",))
        bins = _arrays.integer(bins, "bins", 0, _MOST)
        low, high = limits
        mean, quantiles = numpy.empty(1, numpy.float64), numpy.empty(at.size, numpy.float64)
        histogram = numpy.zeros(bins, numpy.int64) if bins else None
        invalid = numpy.zeros(1, numpy.int64)
        check(
            library.onelabel_summary(
                context.pointer, address(flat), flat.size, address(mean), bins, low, high,
                address(histogram), at.size, address(at), address(quantiles), address(invalid),
            )
        )  # fmt: skip
        return Summary(float(mean[0]), quantiles, histogram, int(invalid[0]))


class CancellableKernels(Kernels):
    """Kernels whose calls can be ended before they are done; Kernels.cancellable makes them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def cancel(self) -> None:
        """Ends all calls, those that run within some 10 ms and later ones at once.

        They raise a KernelError of Status.CANCELLED. From any thread, any number of times.
        """
        context = self._context
        if context is not None:
            context.cancel()
