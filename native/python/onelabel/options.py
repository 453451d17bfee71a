"""The choices of a call, with their numbers in onelabel.h."""

import enum


class ElementType(enum.IntEnum):
    """The type of features."""

    FLOAT32 = 0
    FLOAT16 = 1
    BFLOAT16 = 2
    INT8 = 3
    """The number itself, -128 to 127."""


class Layout(enum.IntEnum):
    """How an array of two axes holds features."""

    ROWS = 0
    """N vectors × D values."""
    CHANNELS = 1
    """D values × N vectors."""


class Metric(enum.IntEnum):
    """What makes a neighbour near."""

    COSINE = 0
    """The cosine of the angle between the vectors; the largest is nearest."""
    INNER_PRODUCT = 1
    """The inner product; the largest is nearest."""
    SQUARED_L2 = 2
    """The squared Euclidean distance; the smallest is nearest."""


class LabelKind(enum.IntEnum):
    """What a database row says in a vote."""

    HARD = 0
    """One class."""
    SOFT = 1
    """A share for every class."""


class Weighting(enum.IntEnum):
    """The weight of a neighbour's vote."""

    POSITIVE_SCORE = 1
    """max(0, score); not for squared L2."""
    SOFTMAX_SCORE = 2
    """softmax(score / temperature) over the neighbours; for squared L2 of minus the distance."""


class PredictionKind(enum.IntEnum):
    """What predictions are."""

    LOGITS = 0
    """A softmax over the classes makes them probabilities."""
    PROBABILITIES = 1
    """Used as they are; they need not sum to 1."""


class Interpolation(enum.IntEnum):
    """How scores are sampled between grid points."""

    NEAREST = 0
    """Index floor(i · in / out)."""
    TRILINEAR = 1
    """Linear between voxel centres, clamped at the edges."""
