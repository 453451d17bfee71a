"""A vote of the neighbours' labels."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy
from numpy.typing import NDArray

from . import _arrays
from .options import LabelKind, Weighting


@dataclasses.dataclass(frozen=True, eq=False)
class Vote:
    """How the labels of the nearest rows are summed up; Vote.hard and Vote.soft make one.

    labels       M classes, uint8 (hard), or M × classes shares, float32 (soft)
    classes      1 to 255
    temperature  of Weighting.SOFTMAX_SCORE, finite and above 0
    """

    kind: LabelKind
    labels: NDArray[Any]
    classes: int
    weighting: Weighting = Weighting.POSITIVE_SCORE
    temperature: float = 1.0

    @staticmethod
    def hard(labels: _arrays.Array, classes: int) -> Vote:
        """One class a row, weighted by positive scores. A class beyond classes does not vote.

        Raises TypeError or ValueError for another type, shape or number than said above.
        """
        array = _arrays.contiguous(labels, "labels", numpy.uint8, ("rows",))
        return Vote(LabelKind.HARD, array, _arrays.class_count(classes))

    @staticmethod
    def soft(shares: _arrays.Array) -> Vote:
        """A share for every class a row, weighted by positive scores.

        Raises TypeError or ValueError for another type or shape than said above.
        """
        array = _arrays.contiguous(shares, "shares", numpy.float32, ("rows", "classes"))
        return Vote(LabelKind.SOFT, array, _arrays.class_count(array.shape[1]))

    def by_softmax(self, temperature: float) -> Vote:
        """The same, weighted by softmax(score / temperature) over the k neighbours."""
        return dataclasses.replace(self, weighting=Weighting.SOFTMAX_SCORE, temperature=float(temperature))
