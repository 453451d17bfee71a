"""The C library: loaded once, its functions declared as in onelabel.h."""

from __future__ import annotations

import ctypes
import os
import pathlib
from ctypes import c_char_p, c_double, c_float, c_int32, c_int64, c_uint32, c_void_p
from typing import Any, Callable, Optional

from .errors import KernelError, Status

ABI_VERSION = 1

_FUNCTIONS = {
    "onelabel_abi_version": (c_uint32, []),
    "onelabel_last_error": (c_char_p, []),
    "onelabel_context_create_for": (c_int32, [c_int32, c_char_p, c_void_p]),
    "onelabel_context_share": (c_int32, [c_void_p, c_void_p]),
    "onelabel_context_cancel": (None, [c_void_p]),
    "onelabel_context_destroy": (None, [c_void_p]),
    "onelabel_isas": (c_char_p, []),
    "onelabel_isa": (c_char_p, [c_void_p]),
    "onelabel_threads": (c_int32, [c_void_p]),
    "onelabel_prototype_cosine": (
        c_int32,
        [c_void_p, c_void_p, c_int32, c_int32, c_int64, c_int64, c_int64]
        + [c_void_p, c_int32, c_void_p, c_void_p, c_void_p, c_void_p],
    ),
    "onelabel_upsample_argmax": (
        c_int32,
        [c_void_p, c_void_p, c_int32, *[c_int64] * 6, c_int32, c_void_p, c_void_p],
    ),
    "onelabel_entropy": (
        c_int32,
        [c_void_p, c_void_p, c_int32, c_int64, c_int32, c_int64, *[c_void_p] * 5],
    ),
    "onelabel_summary": (
        c_int32,
        [c_void_p, c_void_p, c_int64, c_void_p, c_int32, c_double, c_double, c_void_p, c_int32]
        + [c_void_p, c_void_p, c_void_p],
    ),
    "onelabel_knn": (
        c_int32,
        [c_void_p, *[c_void_p, c_int64, c_int64] * 2, c_int64, c_int32, c_int32, c_int32]
        + [*[c_void_p] * 4, c_int32, c_float, c_void_p, c_int32, c_int32, c_void_p, c_void_p],
    ),
    "onelabel_range_search": (
        c_int32,
        [c_void_p, *[c_void_p, c_int64, c_int64] * 2, c_int64, c_int32, c_int32, c_float]
        + [*[c_void_p] * 3, c_int64, *[c_void_p] * 3],
    ),
    "onelabel_database_create": (c_int32, [c_void_p, c_int64, c_int32, c_int32, c_void_p]),
    "onelabel_database_append": (c_int32, [*[c_void_p] * 3, c_int64, c_int64]),
    "onelabel_database_count": (c_int64, [c_void_p]),
    "onelabel_database_destroy": (None, [c_void_p]),
    "onelabel_database_knn": (
        c_int32,
        [c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_int64, c_int32]
        + [*[c_void_p] * 4, c_int32, c_float, c_void_p, c_int32, c_int32, c_void_p, c_void_p],
    ),
    "onelabel_database_range_search": (
        c_int32,
        [c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_int64, c_float]
        + [*[c_void_p] * 3, c_int64, *[c_void_p] * 3],
    ),
}


def _load() -> ctypes.CDLL:
    beside = pathlib.Path(__file__).with_name("libonelabel.so")
    path = os.environ.get("ONELABEL_LIBRARY", str(beside))
    try:
        loaded = ctypes.CDLL(path)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(loaded, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise ImportError(f"onelabel's library cannot be used: {error}") from error
    version = loaded.onelabel_abi_version()
    if version != ABI_VERSION:
        raise ImportError(f"{path} has version {version} of the ABI, not {ABI_VERSION}")
    return loaded


library = _load()


def check(status: int) -> None:
    """Raises what the last call of this thread said, if it failed."""
    if status != 0:
        raise KernelError(library.onelabel_last_error().decode(), Status(status))


class Context:
    """A context of the library. It goes with its last reference, which a running call holds."""

    def __init__(self, create: Callable[..., int], *arguments: Any) -> None:
        self.pointer = c_void_p()
        check(create(*arguments, ctypes.byref(self.pointer)))

    @staticmethod
    def of(threads: int, instruction_set: Optional[str]) -> Context:
        name = None if instruction_set is None else instruction_set.encode()
        return Context(library.onelabel_context_create_for, threads, name)

    def share(self) -> Context:
        """Another one with the same threads, whose calls can be cancelled apart."""
        return Context(library.onelabel_context_share, self.pointer)

    def cancel(self) -> None:
        library.onelabel_context_cancel(self.pointer)

    def __del__(self, destroy: Callable[[c_void_p], None] = library.onelabel_context_destroy) -> None:
        destroy(self.pointer)  # a default: names of the module may be gone as Python ends


class PreparedRows:
    """A database of the library. It goes with its last reference, which a running call holds."""

    def __init__(self, context: Context, dimension: int, element_type: int, metric: int) -> None:
        self.pointer = c_void_p()
        create = library.onelabel_database_create
        check(create(context.pointer, dimension, element_type, metric, ctypes.byref(self.pointer)))

    def count(self) -> int:
        return int(library.onelabel_database_count(self.pointer))

    def __del__(self, destroy: Callable[[c_void_p], None] = library.onelabel_database_destroy) -> None:
        destroy(self.pointer)
