"""Uncertainty of four voxels from two passes of logits, through ctypes; numpy is not needed.

Run it with the path of libonelabel.so, or without where the library is installed.
"""

import ctypes
import math
import sys

library = ctypes.CDLL(sys.argv[1] if len(sys.argv) > 1 else "libonelabel.so")
library.onelabel_last_error.restype = ctypes.c_char_p


def check(status):
    if status != 0:
        raise RuntimeError(library.onelabel_last_error().decode())


LOGITS = 0
passes, classes, voxels = 2, 2, 4
# passes x classes x voxels: sure, unsure, contradictory, sure
logits = (ctypes.c_float * 16)(9, 0, 9, -9, -9, 0, -9, 9, 9, 0, -9, -9, -9, 0, 9, 9)
entropy = (ctypes.c_float * voxels)()
labels = (ctypes.c_uint8 * voxels)()
information = (ctypes.c_float * voxels)()

context = ctypes.c_void_p()
check(library.onelabel_context_create(ctypes.c_int32(1), ctypes.byref(context)))
try:
    check(
        library.onelabel_entropy(
            context, logits, ctypes.c_int32(LOGITS), ctypes.c_int64(passes), ctypes.c_int32(classes),
            ctypes.c_int64(voxels), None, entropy, labels, information, None,
        )
    )
finally:
    library.onelabel_context_destroy(context)

for n in range(voxels):
    print(f"voxel {n}: label {labels[n]}, entropy {entropy[n]:.3f} nats, mutual information {information[n]:.3f}")
assert abs(entropy[1] - math.log(2)) < 1e-5 and abs(information[1]) < 1e-5
assert abs(entropy[2] - math.log(2)) < 1e-5 and information[2] > 0.69
assert entropy[0] < 1e-5 and labels[3] == 1
