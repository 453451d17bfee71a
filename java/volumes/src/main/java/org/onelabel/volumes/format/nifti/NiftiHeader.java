package org.onelabel.volumes.format.nifti;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.format.stored.VoxelType;
import org.onelabel.volumes.grid.Extent;

/**
 * The fields of a NIfTI-1 or NIfTI-2 header that decide voxels and space. {@code frames} are the
 * volumes that lie one behind the other in the file: the length of dimension 4 or, of vectors, 5.
 */
record NiftiHeader(
    ByteOrder order,
    Extent extent,
    int frames,
    VoxelType type,
    long offset,
    NiftiScaling scaling,
    NiftiSpace spatial) {

  static final int SIZE_1 = 348;
  static final int SIZE_2 = 540;
  private static final byte[] LINE_ENDS = {'\r', '\n', 0x1a, '\n'};

  /** Parses the first bytes of a file; at least {@link #SIZE_1} of them, else it is no NIfTI. */
  static NiftiHeader parse(Path file, byte[] bytes) {
    if (bytes.length < SIZE_1) {
      throw new InputException(file, "not a NIfTI file: only " + bytes.length + " bytes");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = header.getInt(0);
    if (size != SIZE_1 && size != SIZE_2) {
      header.order(ByteOrder.BIG_ENDIAN);
      size = header.getInt(0);
    }
    if (size == SIZE_1) {
      String magic = magic(bytes, 344);
      if (magic.equals("ni1")) {
        throw new InputException(
            file, "a NIfTI header whose voxels are in an .img file; join them into one .nii");
      }
      if (!magic.equals("n+1") || bytes[347] != 0) {
        throw new InputException(file, "not a NIfTI file: no n+1 mark at byte 344");
      }
      return parse1(file, header);
    }
    if (size == SIZE_2 && bytes.length >= SIZE_2) {
      String magic = magic(bytes, 4);
      if (magic.equals("ni2")) {
        throw new InputException(
            file, "a NIfTI header whose voxels are in an .img file; join them into one .nii");
      }
      if (!magic.equals("n+2") || bytes[7] != 0) {
        throw new InputException(file, "not a NIfTI file: no n+2 mark at byte 4");
      }
      // Line ends that stand behind the mark to show it when a file was sent as text.
      if (header.getInt(8) != 0 && !Arrays.equals(bytes, 8, 12, LINE_ENDS, 0, 4)) {
        throw new InputException(file, "its line ends were converted as if it were text");
      }
      return parse2(file, header);
    }
    throw new InputException(file, "not a NIfTI file: the header size field is no 348 or 540");
  }

  private static String magic(byte[] bytes, int at) {
    return new String(bytes, at, 3, StandardCharsets.ISO_8859_1);
  }

  private static NiftiHeader parse1(Path file, ByteBuffer h) {
    long[] dim = new long[8];
    for (int i = 0; i < 8; i++) {
      dim[i] = h.getShort(40 + 2 * i);
    }
    NiftiSpace spatial =
        new NiftiSpace(
            1,
            floats(h, 80, 3),
            new NiftiQform(h.getShort(252), h.getFloat(76), floats(h, 256, 6)),
            new NiftiSform(h.getShort(254), floats(h, 280, 12)),
            h.get(123));
    NiftiScaling scaling = new NiftiScaling(h.getFloat(112), h.getFloat(116));
    return create(file, h.order(), dim, h.getShort(70), h.getFloat(108), scaling, spatial);
  }

  private static NiftiHeader parse2(Path file, ByteBuffer h) {
    long[] dim = new long[8];
    for (int i = 0; i < 8; i++) {
      dim[i] = h.getLong(16 + 8 * i);
    }
    NiftiSpace spatial =
        new NiftiSpace(
            2,
            doubles(h, 112, 3),
            new NiftiQform(h.getInt(344), h.getDouble(104), doubles(h, 352, 6)),
            new NiftiSform(h.getInt(348), doubles(h, 400, 12)),
            h.getInt(500));
    NiftiScaling scaling = new NiftiScaling(h.getDouble(176), h.getDouble(184));
    return create(file, h.order(), dim, h.getShort(12), (double) h.getLong(168), scaling, spatial);
  }

  private static NiftiHeader create(
      Path file,
      ByteOrder order,
      long[] dim,
      int typeCode,
      double offset,
      NiftiScaling scaling,
      NiftiSpace spatial) {
    if (dim[0] < 2 || dim[0] > 7) {
      throw new InputException(file, "dim[0] = " + dim[0] + "; a volume has 2 to 7 dimensions");
    }
    for (int i = 1; i <= dim[0]; i++) {
      if (dim[i] < 1) {
        throw new InputException(file, "dim[" + i + "] = " + dim[i] + "; it must be at least 1");
      }
    }
    long frames = frames(file, dim);
    long sizeZ = dim[0] >= 3 ? dim[3] : 1;
    if (dim[1] > StoredFile.MOST_VOXELS
        || dim[2] > StoredFile.MOST_VOXELS
        || sizeZ > StoredFile.MOST_VOXELS
        || dim[1] * dim[2] > StoredFile.MOST_VOXELS
        || dim[1] * dim[2] * sizeZ > StoredFile.MOST_VOXELS) {
      throw new InputException(
          file,
          dim[1] + "×" + dim[2] + "×" + sizeZ + " voxels are more than " + StoredFile.MOST_VOXELS);
    }
    VoxelType type =
        NiftiType.ofCode(typeCode)
            .orElseThrow(
                () ->
                    new InputException(
                        file,
                        "voxel type code %d (%s) is not a real number type"
                            .formatted(typeCode, NiftiType.describe(typeCode))));
    int least = spatial.version() == 1 ? SIZE_1 + 4 : SIZE_2 + 4;
    if (!(offset >= least && offset < 1L << 31)) {
      // Some writers leave vox_offset 0 in a single file; the voxels then follow the header.
      if (offset != 0) {
        throw new InputException(file, "vox_offset " + offset + " lies outside the file");
      }
      offset = least;
    }
    scaling
        .fault()
        .or(spatial::fault)
        .ifPresent(
            fault -> {
              throw new InputException(file, fault);
            });
    return new NiftiHeader(
        order,
        new Extent((int) dim[1], (int) dim[2], (int) sizeZ),
        (int) frames,
        type,
        (long) offset,
        scaling.inEffect(),
        spatial);
  }

  /** Channels lie along dimension 4, or along 5 where 4, the time, has one step. */
  private static long frames(Path file, long[] dim) {
    long frames = 1;
    for (int i = 4; i <= dim[0]; i++) {
      if (dim[i] != 1 && (i > 5 || frames != 1)) {
        throw new InputException(
            file, "has " + dim[i] + " frames along dimension " + i + "; channels are one series");
      }
      frames *= dim[i];
    }
    if (frames > StoredFile.MOST_VOXELS) {
      throw new InputException(file, frames + " channels are more than " + StoredFile.MOST_VOXELS);
    }
    return frames;
  }

  private static List<Double> floats(ByteBuffer h, int at, int count) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add((double) h.getFloat(at + 4 * i));
    }
    return List.copyOf(values);
  }

  private static List<Double> doubles(ByteBuffer h, int at, int count) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(h.getDouble(at + 8 * i));
    }
    return List.copyOf(values);
  }

  /** The voxels of one frame. */
  int voxels() {
    return extent.voxels();
  }

  /** The scaled value of a voxel in the bytes of a frame. */
  double value(ByteBuffer frame, int index) {
    return scaling.apply(type.read(frame, index));
  }

  Geometry geometry() {
    return new Geometry(extent, spatial.affine(), spatial);
  }

  /**
   * A little-endian header of {@code geometry} for {@code frames} times its voxels of {@code type},
   * up to the voxels. In the version the geometry came in, unless that has no room for the sizes.
   */
  static ByteBuffer write(Geometry geometry, int frames, VoxelType type) {
    NiftiSpace s = NiftiSpace.of(geometry);
    int sizes = Math.max(geometry.sizeX(), Math.max(geometry.sizeY(), geometry.sizeZ()));
    long[] dim = {
      frames == 1 ? 3 : 4, geometry.sizeX(), geometry.sizeY(), geometry.sizeZ(), frames, 1, 1, 1
    };
    ByteBuffer h;
    if (s.version() == 2 || Math.max(sizes, frames) > Short.MAX_VALUE) {
      h = ByteBuffer.allocate(SIZE_2 + 4).order(ByteOrder.LITTLE_ENDIAN);
      h.putInt(0, SIZE_2);
      h.put(4, new byte[] {'n', '+', '2', 0}).put(8, LINE_ENDS);
      h.putShort(12, (short) NiftiType.code(type)).putShort(14, (short) (8 * type.bytes()));
      for (int i = 0; i < 8; i++) {
        h.putLong(16 + 8 * i, dim[i]);
        h.putDouble(104 + 8 * i, i == 0 ? s.qform().qfac() : i <= 3 ? s.spacing().get(i - 1) : 0);
      }
      h.putLong(168, SIZE_2 + 4).putDouble(176, 1);
      h.putInt(344, s.qform().code()).putInt(348, s.sform().code()).putInt(500, s.units());
      for (int i = 0; i < 6; i++) {
        h.putDouble(352 + 8 * i, s.qform().quaternion().get(i));
      }
      for (int i = 0; i < 12; i++) {
        h.putDouble(400 + 8 * i, s.sform().rows().get(i));
      }
    } else {
      h = ByteBuffer.allocate(SIZE_1 + 4).order(ByteOrder.LITTLE_ENDIAN);
      h.putInt(0, SIZE_1);
      h.put(344, new byte[] {'n', '+', '1', 0});
      h.putShort(70, (short) NiftiType.code(type)).putShort(72, (short) (8 * type.bytes()));
      for (int i = 0; i < 8; i++) {
        h.putShort(40 + 2 * i, (short) dim[i]);
        h.putFloat(
            76 + 4 * i, (float) (i == 0 ? s.qform().qfac() : i <= 3 ? s.spacing().get(i - 1) : 0));
      }
      h.putFloat(108, SIZE_1 + 4).putFloat(112, 1);
      h.putShort(252, (short) s.qform().code()).putShort(254, (short) s.sform().code());
      h.put(123, (byte) s.units());
      for (int i = 0; i < 6; i++) {
        h.putFloat(256 + 4 * i, s.qform().quaternion().get(i).floatValue());
      }
      for (int i = 0; i < 12; i++) {
        h.putFloat(280 + 4 * i, s.sform().rows().get(i).floatValue());
      }
    }
    return h;
  }
}
