package org.onelabel.volumes.format.dicom;

/** The tags that are used, by their names in DICOM PS3.6. */
final class DicomTags {
  static final int SOP_CLASS = 0x00080016;
  static final int MODALITY = 0x00080060;
  static final int SERIES = 0x0020000e;
  static final int POSITION = 0x00200032;
  static final int ORIENTATION = 0x00200037;
  static final int SAMPLES = 0x00280002;
  static final int PHOTOMETRIC = 0x00280004;
  static final int FRAMES = 0x00280008;
  static final int ROWS = 0x00280010;
  static final int COLUMNS = 0x00280011;
  static final int PIXEL_SPACING = 0x00280030;
  static final int BITS_ALLOCATED = 0x00280100;
  static final int BITS_STORED = 0x00280101;
  static final int HIGH_BIT = 0x00280102;
  static final int PIXEL_REPRESENTATION = 0x00280103;
  static final int INTERCEPT = 0x00281052;
  static final int SLOPE = 0x00281053;
  static final int MODALITY_TABLE = 0x00283000;
  static final int SHARED_GROUPS = 0x52009229;
  static final int FRAME_GROUPS = 0x52009230;
  static final int PLANE_POSITION = 0x00209113;
  static final int PLANE_ORIENTATION = 0x00209116;
  static final int PIXEL_MEASURES = 0x00289110;
  static final int PIXEL_VALUES = 0x00289145;

  private DicomTags() {}
}
