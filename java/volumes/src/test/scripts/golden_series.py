"""Writes the DICOM series among the test resources: pydicom makes them, dcmtk packs them.

    golden_series.py FOLDER

ITK and dcm2niix read each as the golden volume (GoldenVolume.java): 4×3×2 voxels, x + 10 y + 100 z − 5;
dcm2niix alone reads monochrome1 so, whose values ITK inverts.
Needs python3-pydicom, python3-numpy and dcmtk.
"""
import os
import subprocess
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (CTImageStorage, EnhancedCTImageStorage, ExplicitVRBigEndian,
                         ExplicitVRLittleEndian, ImplicitVRLittleEndian, PYDICOM_IMPLEMENTATION_UID)

FOLDER = sys.argv[1]
SIDES = np.array([0.5, 1.25, 3])
# Left, posterior, superior: the affine of GoldenVolume.java with its first two rows turned round.
AFFINE = np.array([[0.4300446739804209, -0.5873361641200061, 0.5960080020755844, 40.5],
                   [0.20324456367841778, 1.0831676380869242, 0.8688884367530598, -12.25],
                   [-0.15412081532435237, -0.2104378723471393, 2.808880087497274, 7]])
DIRECTIONS = AFFINE[:, :3] / SIDES
x, y, z = np.meshgrid(range(4), range(3), range(2), indexing="ij")
STORED = 2 * (x + 10 * y + 100 * z)  # times 0.5, minus 5


def decimals(numbers):
    return [f"{number:.14f}"[:16] for number in numbers]


def image(syntax, kind, number):
    d, meta = Dataset(), FileMetaDataset()
    d.file_meta = meta
    d.SOPClassUID = meta.MediaStorageSOPClassUID = kind
    d.SOPInstanceUID = meta.MediaStorageSOPInstanceUID = f"1.2.3.4.{number}"
    meta.TransferSyntaxUID, meta.ImplementationClassUID = syntax, PYDICOM_IMPLEMENTATION_UID
    d.is_little_endian = syntax != ExplicitVRBigEndian
    d.is_implicit_VR = syntax == ImplicitVRLittleEndian
    d.Modality, d.PatientID, d.PatientName, d.StudyDate = "CT", "golden", "golden", "20200101"
    d.StudyInstanceUID, d.SeriesInstanceUID, d.FrameOfReferenceUID = "1.2.3", "1.2.3.4", "1.2.3.5"
    d.SeriesNumber, d.InstanceNumber = 1, number
    d.SamplesPerPixel, d.PhotometricInterpretation, d.Rows, d.Columns = 1, "MONOCHROME2", 3, 4
    d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 12, 11, 0
    return d


def orientation(d):
    d.ImageOrientationPatient = decimals(list(DIRECTIONS[:, 0]) + list(DIRECTIONS[:, 1]))
    return d


def position(d, slice_):
    d.ImagePositionPatient = decimals(AFFINE[:, 3] + AFFINE[:, 2] * slice_)
    return d


def measures(d):
    d.PixelSpacing, d.SliceThickness = ["1.25", "0.5"], "9"
    return d


def rescaling(d):
    d.RescaleSlope, d.RescaleIntercept, d.RescaleType = "0.5", "-5", "HU"
    return d


def save(d, name, pixels):
    big = not d.is_little_endian
    d.PixelData = b"".join(frame.T.astype(">u2" if big else "<u2").tobytes() for frame in pixels)
    d["PixelData"].VR = "OW"
    os.makedirs(os.path.dirname(f"{FOLDER}/{name}"), exist_ok=True)
    pydicom.dcmwrite(f"{FOLDER}/{name}", d, write_like_original=False)


def series(name, syntax, shown="MONOCHROME2"):
    for slice_, file in ((1, "a"), (0, "b")):
        d = image(syntax, CTImageStorage, slice_ + 1)
        d.PhotometricInterpretation = shown
        rescaling(measures(position(orientation(d), slice_)))
        save(d, f"{name}/{file}", [STORED[:, :, slice_]])


series("explicit", ExplicitVRLittleEndian)
series("implicit", ImplicitVRLittleEndian)
series("big_endian", ExplicitVRBigEndian)
series("monochrome1", ExplicitVRLittleEndian, "MONOCHROME1")
for packed, command in (("deflated", ["dcmconv", "+td"]), ("run_length", ["dcmcrle"]),
                        ("jpeg_lossless", ["dcmcjpeg", "+e1"]), ("jpeg_ls", ["dcmcjpls"])):
    os.makedirs(f"{FOLDER}/{packed}", exist_ok=True)
    for file in "ab":
        subprocess.run(command + [f"{FOLDER}/explicit/{file}", f"{FOLDER}/{packed}/{file}"], check=True)
for predictor in range(1, 8):
    os.makedirs(f"{FOLDER}/predictors/{predictor}", exist_ok=True)
    for file in "ab":
        subprocess.run(["dcmcjpeg", "+el", "+sv", str(predictor), f"{FOLDER}/explicit/{file}",
                        f"{FOLDER}/predictors/{predictor}/{file}"], check=True)
enhanced = image(ExplicitVRLittleEndian, EnhancedCTImageStorage, 9)
enhanced.NumberOfFrames, enhanced.ImageType = 2, ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
shared = Dataset()
shared.PlaneOrientationSequence = Sequence([orientation(Dataset())])
shared.PixelMeasuresSequence = Sequence([measures(Dataset())])
shared.PixelValueTransformationSequence = Sequence([rescaling(Dataset())])
enhanced.SharedFunctionalGroupsSequence = Sequence([shared])
frames = []
for slice_ in (1, 0):
    frame = Dataset()
    frame.PlanePositionSequence = Sequence([position(Dataset(), slice_)])
    content = Dataset()
    content.StackID, content.InStackPositionNumber, content.DimensionIndexValues = "1", slice_ + 1, [1, slice_ + 1]
    frame.FrameContentSequence = Sequence([content])
    frames.append(frame)
enhanced.PerFrameFunctionalGroupsSequence = Sequence(frames)
save(enhanced, "enhanced/multiframe.dcm", [STORED[:, :, 1], STORED[:, :, 0]])
