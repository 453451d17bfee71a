"""Arrays of the caller as the library takes them: used in place, or copied where that cannot be."""

from __future__ import annotations

import array
import operator
from typing import Any, NamedTuple, Optional, Protocol, Sequence, SupportsIndex, Tuple, Union

import numpy
from numpy.typing import DTypeLike, NDArray

from .options import ElementType

PROCESSOR = 1  # kDLCPU of DLPack


class SupportsDLPack(Protocol):
    """An array of another library, such as PyTorch's."""

    def __dlpack__(self, *, stream: Any = ...) -> Any: ...

    def __dlpack_device__(self) -> Tuple[Any, Any]: ...


Array = Union[NDArray[Any], SupportsDLPack, memoryview, bytes, bytearray, "array.array[Any]"]


def view(value: Array, name: str) -> NDArray[Any]:
    """The same memory as a numpy array."""
    if isinstance(value, numpy.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array, whose mask would be lost: fill it first")
    if isinstance(value, numpy.ndarray):
        return value
    if hasattr(value, "__dlpack__"):
        return _from_dlpack(value, name)
    try:
        return numpy.asarray(memoryview(value))
    except TypeError:
        raise TypeError(f"{name} is no array but {type(value).__name__}") from None


def _from_dlpack(value: Any, name: str) -> NDArray[Any]:
    device = int(value.__dlpack_device__()[0])
    if device != PROCESSOR:
        raise ValueError(f"{name} lies on a device (DLPack's type {device}): copy it to the processor's memory")
    if str(getattr(value, "dtype", "")).endswith("bfloat16"):
        raise TypeError(
            f"{name} is bfloat16, which numpy lacks: give a view of it as int16, and ElementType.BFLOAT16"
        )
    try:
        return numpy.from_dlpack(value)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise TypeError(f"{name} cannot be read through DLPack: {error}") from error


def contiguous(value: Array, name: str, dtype: DTypeLike, axes: Optional[Sequence[str]] = None) -> NDArray[Any]:
    """The values one after the other, the last axis fastest; a copy if they do not lie so."""
    return _packed(of_type(value, name, dtype, axes))


def of_type(value: Array, name: str, dtype: DTypeLike, axes: Optional[Sequence[str]] = None) -> NDArray[Any]:
    """An array of a type, and of as many axes as are named; None is any number of them."""
    found = view(value, name)
    if found.dtype != dtype:
        raise TypeError(f"{name} must be {numpy.dtype(dtype)}, not {found.dtype}")
    if axes is not None:
        require_axes(found, name, axes)
    return found


def require_axes(found: NDArray[Any], name: str, axes: Sequence[str]) -> None:
    if found.ndim != len(axes):
        raise ValueError(f"{name} must have the shape {' × '.join(axes)}, not {found.shape}")


def _packed(found: NDArray[Any]) -> NDArray[Any]:
    flags = found.flags
    if flags.c_contiguous and flags.aligned:
        return found
    return numpy.require(found, requirements=("C", "A"))


class FeatureMatrix(NamedTuple):
    """Rows of a type, each stride elements after the one before."""

    array: NDArray[Any]
    type: ElementType
    rows: int
    columns: int
    stride: int


def feature_matrix(value: Array, name: str, declared: Optional[ElementType]) -> FeatureMatrix:
    """In place where the values of a row are neighbours and rows do not overlap, else a copy."""
    found = view(value, name)
    require_axes(found, name, ("rows", "columns"))
    kind = _element_type(found, name, declared)
    rows, columns = found.shape
    row_step, step = found.strides
    size = found.itemsize
    apart = rows <= 1 or (row_step >= columns * size and row_step % size == 0)
    if found.size > 0 and found.flags.aligned and apart and (columns == 1 or step == size):
        return FeatureMatrix(found, kind, rows, columns, row_step // size if rows > 1 else columns)
    return FeatureMatrix(_packed(found), kind, rows, columns, columns)


def _element_type(found: NDArray[Any], name: str, declared: Optional[ElementType]) -> ElementType:
    dtype = found.dtype
    if declared == ElementType.BFLOAT16 and dtype in (numpy.uint16, numpy.int16):
        return ElementType.BFLOAT16
    if dtype == numpy.float32:
        kind = ElementType.FLOAT32
    elif dtype == numpy.float16:
        kind = ElementType.FLOAT16
    elif dtype.name == "bfloat16":
        kind = ElementType.BFLOAT16
    elif dtype == numpy.int8:
        kind = ElementType.INT8
    else:
        raise TypeError(f"{name} must be float32, float16, bfloat16 or int8, not {dtype}")
    if declared is not None and declared != kind:
        raise TypeError(f"{name} is {dtype}, not {ElementType(declared).name.lower()}")
    return kind


def integer(value: SupportsIndex, name: str, least: int, most: int) -> int:
    """A number that the library's integers hold."""
    number = operator.index(value)
    if not least <= number <= most:
        raise ValueError(f"{name} must be {least} to {most}, not {number}")
    return number


def class_count(number: int) -> int:
    """A number of classes that the library takes."""
    return integer(number, "the number of classes", 1, 255)


def bitmap(allowed: Optional[Array], rows: int) -> Optional[NDArray[numpy.uint8]]:
    """A bit for every row; row i is bit i % 8 of byte i / 8."""
    if allowed is None:
        return None
    flags = view(allowed, "allowed")
    if flags.dtype not in (numpy.bool_, numpy.uint8):
        raise TypeError(f"allowed must be bool or uint8, not {flags.dtype}")
    if flags.shape != (rows,):
        raise ValueError(f"allowed must have a value for each of {rows} rows, not the shape {flags.shape}")
    return numpy.packbits(flags, bitorder="little")


def ranges(excluded: Optional[Array], queries: int) -> Optional[NDArray[numpy.int64]]:
    """From and to for every query."""
    if excluded is None:
        return None
    found = contiguous(excluded, "excluded", numpy.int64)
    if found.shape != (queries, 2):
        raise ValueError(f"excluded must have the shape {(queries, 2)}, not {found.shape}")
    return found


def both_sides(
    queries: Array, database: Array, declared: Optional[ElementType]
) -> Tuple[FeatureMatrix, FeatureMatrix]:
    """The two sides of a search, which fit each other."""
    q = feature_matrix(queries, "queries", declared)
    m = feature_matrix(database, "database", declared)
    if q.columns != m.columns or q.type != m.type:
        raise ValueError(
            f"queries and database differ: {q.columns} values of {q.type.name.lower()} a row, "
            f"{m.columns} of {m.type.name.lower()}"
        )
    return q, m


def address(found: Optional[NDArray[Any]]) -> Optional[int]:
    """Where an array begins; it must be kept as long as that is used."""
    return None if found is None else found.ctypes.data
