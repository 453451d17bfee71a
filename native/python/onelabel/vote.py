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

    Raises TypeError or ValueError for labels and classes of another type, shape or number.
    """

    kind: LabelKind
    labels: NDArray[Any]
    classes: int
    weighting: Weighting = Weighting.POSITIVE_SCORE
    temperature: float = 1.0

    def __post_init__(self) -> None:
        hard = self.kind == LabelKind.HARD
        dtype = numpy.uint8 if hard else numpy.float32
        labels = _arrays.contiguous(self.labels, "labels", dtype, ["rows"] if hard else ["rows", "classes"])
        _arrays.class_count(self.classes)
        if not hard and labels.shape[1] != self.classes:
            raise ValueError(f"labels have shares of {labels.shape[1]} classes, not {self.classes}")
        object.__setattr__(self, "labels", labels)  # as the library takes them

    @staticmethod
    def hard(labels: _arrays.Array, classes: int) -> Vote:
        """One class a row, weighted by positive scores. A class beyond classes does not vote."""
        return Vote(LabelKind.HARD, _arrays.view(labels, "labels"), classes)

    @staticmethod
    def soft(shares: _arrays.Array) -> Vote:
        """A share for every class a row, weighted by positive scores."""
        array = _arrays.of_type(shares, "shares", numpy.float32, ["rows", "classes"])
        return Vote(LabelKind.SOFT, array, array.shape[1])

    def by_softmax(self, temperature: float) -> Vote:
        """The same, weighted by softmax(score / temperature) over the k neighbours."""
        return dataclasses.replace(self, weighting=Weighting.SOFTMAX_SCORE, temperature=float(temperature))
