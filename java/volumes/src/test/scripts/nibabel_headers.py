"""Random NIfTI headers, and what nibabel makes of them beside what onelabel makes of them.

    nibabel_headers.py write   FOLDER NUMBER SEED    files into FOLDER/headers
    nibabel_headers.py compare FOLDER                with FOLDER/read.tsv and FOLDER/written

headers and written hold one file after the other: its length (uint32, 0 where it was refused), its bytes.
A line of read.tsv: the affine's 12 numbers and the orientation, or "refused" and the message.
"""
import logging
import struct
import sys

import nibabel as nib
import numpy as np
from nibabel.orientations import aff2axcodes

nib.imageglobals.logger.setLevel(logging.CRITICAL + 1)
np.seterr(all="ignore")


def unit_quaternion(random, kind):
    """b, c, d of a turn: any, a half turn (a = 0), about one axis, none."""
    q = random.normal(size=4)
    if kind == 1:
        q[0] = 0
    elif kind == 2:
        axis = random.integers(1, 4)
        q = np.where(np.arange(4) == axis, q, 0)
        q[0] = random.choice([0, 1, random.normal()])
    elif kind == 3:
        q = np.array([1.0, 0, 0, 0])
    q /= np.linalg.norm(q)
    return q[1:] * (1 if q[0] >= 0 else -1)


def quaternion(random):
    bcd = unit_quaternion(random, random.integers(4))
    odd = random.random()
    if odd < 0.1:  # rounding, on both sides of what counts as longer than 1
        bcd = unit_quaternion(random, 1) * (1 + random.normal() * random.choice([1e-16, 1e-8, 1e-7, 1e-6]))
    elif odd < 0.15:
        bcd = bcd * random.choice([1.001, 1.1, 3, 1e10])
    elif odd < 0.18:
        bcd[random.integers(3)] = random.choice([np.nan, np.inf, -np.inf])
    elif odd < 0.2:
        bcd = bcd * 1e-20
    return bcd


def sides(random):
    values = random.uniform(0.2, 6, 3)
    if random.random() < 0.3:
        values[random.integers(3)] = random.choice(
            [0, -0.0, -1, -0.7, -3.5, np.nan, np.inf, -np.inf, 1e30, 1e-30, 1e4, 1e-4])
    return values


def sform(random):
    kind = random.random()
    turn, _ = np.linalg.qr(random.normal(size=(3, 3)))
    if kind < 0.4:  # axes in any order and direction
        turn = np.eye(3)[random.permutation(3)] * random.choice([-1, 1], 3)
    if kind > 0.7:  # shears
        turn = turn + random.normal(size=(3, 3)) * random.choice([1e-3, 0.1, 0.5])
    rows = np.c_[turn * random.uniform(0.2, 6, 3), random.normal(size=3) * 100]
    odd = random.random()
    if odd < 0.03:
        rows[:, random.integers(3)] = 0
    elif odd < 0.05:
        rows[:, 1] = 2 * rows[:, 0]
    elif odd < 0.08:
        rows[random.integers(3), random.integers(4)] = random.choice([np.nan, np.inf, 1e30])
    elif odd < 0.09:
        rows[:] = 0
    return rows


def code(random):
    usual = random.random() < 0.9
    return int(random.choice([0, 1, 2, 3, 4, 5]) if usual else random.choice([-1, -300, 6, 7, 99, 256, 1000, 32767]))


def header(random):
    version = int(random.integers(1, 3))
    cls = nib.Nifti1Header if version == 1 else nib.Nifti2Header
    h = cls(endianness=random.choice(["<", ">"]), check=False)
    s = h._structarr
    shape = list(random.integers(1, 5, 3)) + [1] * int(random.integers(0, 3))
    h.set_data_dtype(np.uint8)
    h.set_data_shape([int(n) for n in shape])
    s["pixdim"][0] = random.choice([-1, 1]) if random.random() < 0.8 else random.choice(
        [0, 2, -2, -0.5, 0.5, np.nan, np.inf, -np.inf])
    s["pixdim"][1:4] = sides(random)
    s["qform_code"], s["sform_code"] = code(random), code(random)
    if random.random() < 0.5:
        s["sform_code"] = 0
    s["quatern_b"], s["quatern_c"], s["quatern_d"] = quaternion(random)
    s["qoffset_x"], s["qoffset_y"], s["qoffset_z"] = random.normal(size=3) * 100
    s["srow_x"], s["srow_y"], s["srow_z"] = sform(random)
    s["xyzt_units"] = random.choice([0, 1, 2, 2, 2, 3, 10, 9, 11, 26])
    least = 352 if version == 1 else 544
    s["vox_offset"] = random.choice([least, least, least, 0, least + 16, least + 52, least - 8])
    s["magic"] = b"n+1" if version == 1 else b"n+2"
    return s.tobytes() + bytes(4) + bytes(128 + int(np.prod(shape)))


def pack(path, files):
    with open(path, "wb") as out:
        for content in files:
            out.write(struct.pack("<I", len(content)) + content)


def unpack(path):
    with open(path, "rb") as file:
        while length := file.read(4):
            yield file.read(struct.unpack("<I", length)[0])


def load(content):
    cls = nib.Nifti2Image if 540 in struct.unpack("<i", content[:4]) + struct.unpack(">i", content[:4]) else nib.Nifti1Image
    return cls.from_bytes(content)


def invertible(affine):
    """What a volume needs: finite numbers, and three axes apart by more than a millionth."""
    if not np.all(np.isfinite(affine)):
        return False
    scale = np.prod(np.sqrt((affine[:3, :3] ** 2).sum(0)))
    return scale > 0 and abs(np.linalg.det(affine[:3, :3])) > 1e-6 * scale


def tied(affine):
    """True where the closest rotation gives an axis two directions alike, so that rounding decides."""
    rotation = affine[:3, :3] / np.sqrt((affine[:3, :3] ** 2).sum(0))
    u, _, v = np.linalg.svd(rotation)
    rotation = np.abs(u @ v)
    for axis in range(2):
        strongest = np.sort(rotation[:, axis])
        if strongest[2] - strongest[1] < 1e-9:
            return True
        rotation[np.argmax(rotation[:, axis])] = 0
    return False


def difference(content, line, written):
    """What onelabel and nibabel disagree in about one file; None where they agree."""
    fields = line.rstrip("\n").split("\t")
    refused = fields[0] == "refused"
    try:
        image = load(content)
        theirs = image.affine
    except Exception as e:  # nibabel refuses in many ways
        return None if refused else f"nibabel refuses: {e}"
    placed = image.header["sform_code"] != 0 or image.header["qform_code"] != 0
    if not placed:
        # nifti1.h's METHOD 1 in place of nibabel's guess.
        theirs = np.abs(theirs)
        theirs[:3, 3] = 0
    if not invertible(theirs):
        return None if refused else "nibabel's affine is singular"
    if refused:
        return f"refused: {fields[1]}"
    # Metres and micrometres, which nibabel leaves as they are.
    unit = {1: 1000, 3: 0.001}.get(int(image.header["xyzt_units"]) & 7, 1)
    ours = np.vstack([np.array(fields[:12], float).reshape(3, 4), [0, 0, 0, 1]])
    expected = np.vstack([theirs[:3] * unit, [0, 0, 0, 1]])
    # nibabel computes a² = 1 - b² - c² - d² to 19 digits, so that a half turn's a is good to 9 or 10.
    tolerance = 1e-9 * np.abs(expected).max(0)
    if np.any(np.abs(ours - expected) > tolerance):
        return f"affine {ours[:3].tolist()}, nibabel {expected[:3].tolist()}"
    if placed and not tied(theirs) and fields[12] != "".join(aff2axcodes(theirs)):
        return f"orientation {fields[12]}, nibabel {aff2axcodes(theirs)} of {expected[:3].tolist()}"
    back = load(written)
    if not np.array_equal(back.affine, image.affine) or back.shape != image.shape[:3]:
        return f"written back: {back.affine.tolist()}, image {image.affine.tolist()}"
    if back.header["xyzt_units"] != image.header["xyzt_units"]:
        return f"written back: unit {back.header['xyzt_units']}, image {image.header['xyzt_units']}"
    return None


def main():
    if sys.argv[1] == "write":
        random = np.random.default_rng(int(sys.argv[4]))
        pack(f"{sys.argv[2]}/headers", (header(random) for _ in range(int(sys.argv[3]))))
        return 0
    folder = sys.argv[2]
    with open(f"{folder}/read.tsv") as lines:
        lines = list(lines)
    headers, written = list(unpack(f"{folder}/headers")), list(unpack(f"{folder}/written"))
    if not len(lines) == len(headers) == len(written):
        print(f"{len(headers)} headers, {len(lines)} lines, {len(written)} written back")
        return 1
    differences = [(i, difference(*all)) for i, all in enumerate(zip(headers, lines, written))]
    differences = [(i, text) for i, text in differences if text]
    refused = sum(line.startswith("refused") for line in lines)
    print(f"{len(lines)} headers, {refused} refused by both, {len(differences)} different")
    for i, text in differences[:3]:
        print(f"header {i}: {text}")
    return 1 if differences else 0


sys.exit(main())
