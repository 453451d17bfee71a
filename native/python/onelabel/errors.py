"""What the library refuses."""

import enum


class Status(enum.IntEnum):
    """Why a call failed."""

    INVALID_ARGUMENT = 1
    OUT_OF_MEMORY = 2
    UNAVAILABLE = 3
    INTERNAL = 4
    CANCELLED = 5


class KernelError(RuntimeError):
    """A call failed; the message is the library's sentence, status its kind."""

    def __init__(self, message: str, status: Status) -> None:
        super().__init__(message)
        self.status = status
