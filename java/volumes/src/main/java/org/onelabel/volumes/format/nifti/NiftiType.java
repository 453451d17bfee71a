package org.onelabel.volumes.format.nifti;

import java.util.Map;
import java.util.Optional;
import org.onelabel.volumes.format.stored.VoxelType;

/** The codes of voxel types in a NIfTI header. */
final class NiftiType {
  private static final Map<Integer, VoxelType> TYPES =
      Map.of(
          2, VoxelType.UINT8,
          4, VoxelType.INT16,
          8, VoxelType.INT32,
          16, VoxelType.FLOAT32,
          64, VoxelType.FLOAT64,
          256, VoxelType.INT8,
          512, VoxelType.UINT16,
          768, VoxelType.UINT32,
          1024, VoxelType.INT64,
          1280, VoxelType.UINT64);

  private NiftiType() {}

  /** The type that a code stands for; empty where it is none of real numbers. */
  static Optional<VoxelType> ofCode(int code) {
    return Optional.ofNullable(TYPES.get(code));
  }

  /** The code of a type. */
  static int code(VoxelType type) {
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == type)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  /** What a code without a type here stands for, in words. */
  static String describe(int code) {
    return switch (code) {
      case 1 -> "bits";
      case 32 -> "complex64";
      case 128 -> "RGB colours";
      case 1536 -> "float128";
      case 1792 -> "complex128";
      case 2048 -> "complex256";
      case 2304 -> "RGBA colours";
      default -> "unknown";
    };
  }
}
