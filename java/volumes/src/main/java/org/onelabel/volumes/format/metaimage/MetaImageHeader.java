package org.onelabel.volumes.format.metaimage;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.format.stored.ChannelOrder;
import org.onelabel.volumes.format.stored.HeaderText;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.format.stored.StoredNumbers;
import org.onelabel.volumes.format.stored.TextHeader;
import org.onelabel.volumes.format.stored.VoxelType;
import org.onelabel.volumes.grid.Extent;

/** The fields of a MetaImage header that decide voxels and space. */
record MetaImageHeader(
    Extent extent, ChannelOrder channels, StoredNumbers numbers, MetaImageSpace spatial, Data data)
    implements TextHeader {

  /** How voxels are written. */
  enum Encoding {
    BINARY,
    TEXT,
    COMPRESSED
  }

  /**
   * Where the voxels lie.
   *
   * @param file their file; empty where they follow the header
   * @param skip bytes in front of them; −1 are all up to the voxels at the end of the file
   */
  record Data(Optional<String> file, Encoding encoding, long skip) {}

  /** The types as MetaIO has them: a long is four bytes, whatever the machine. */
  private static final Map<String, VoxelType> TYPES =
      Map.ofEntries(
          Map.entry("MET_CHAR", VoxelType.INT8),
          Map.entry("MET_UCHAR", VoxelType.UINT8),
          Map.entry("MET_SHORT", VoxelType.INT16),
          Map.entry("MET_USHORT", VoxelType.UINT16),
          Map.entry("MET_INT", VoxelType.INT32),
          Map.entry("MET_UINT", VoxelType.UINT32),
          Map.entry("MET_LONG", VoxelType.INT32),
          Map.entry("MET_ULONG", VoxelType.UINT32),
          Map.entry("MET_LONG_LONG", VoxelType.INT64),
          Map.entry("MET_ULONG_LONG", VoxelType.UINT64),
          Map.entry("MET_FLOAT", VoxelType.FLOAT32),
          Map.entry("MET_DOUBLE", VoxelType.FLOAT64));

  private static final int MOST_AXES = 10;

  /** The names of the field with the directions of the axes. */
  private static final String[] MATRIX = {"TransformMatrix", "Rotation", "Orientation"};

  /** Reads a header, and leaves {@code text} at its end. */
  static MetaImageHeader read(Path file, HeaderText text) throws IOException {
    MetaImageFields fields = new MetaImageFields(file, text);
    String object = fields.get("ObjectType").orElse("Image");
    if (!object.equals("Image")) {
      throw fields.refused("holds the object %s, not an Image".formatted(object));
    }
    int axes = axes(fields);
    Extent extent = extent(fields, axes);
    MetaImageSpace spatial = spatial(fields, axes);
    spatial
        .fault()
        .ifPresent(
            fault -> {
              throw new InputException(file, fault);
            });
    requireUnscaled(fields);
    ChannelOrder channels = channels(fields, axes, extent);
    boolean big = fields.isTrue("ElementByteOrderMSB", "BinaryDataByteOrderMSB");
    return new MetaImageHeader(
        extent,
        channels,
        new StoredNumbers(
            channels.numbers(extent),
            type(fields),
            big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN),
        spatial,
        data(fields));
  }

  private static int axes(MetaImageFields fields) {
    long axes = fields.integer("NDims", fields.require("NDims"));
    if (axes < 3 || axes > MOST_AXES) {
      throw fields.refused("has %d axes; a volume has 3".formatted(axes));
    }
    return (int) axes;
  }

  private static Extent extent(MetaImageFields fields, int axes) {
    fields.require("DimSize");
    List<Double> sizes = fields.numbers(axes, "DimSize").orElseThrow();
    double voxels = 1;
    for (int axis = 0; axis < axes; axis++) {
      double size = sizes.get(axis);
      if (!(size >= 1) || size != Math.rint(size)) {
        throw fields.refused(
            "DimSize of axis %d is %s; it must be at least 1".formatted(axis, size));
      }
      voxels *= axis < 3 ? size : 1;
    }
    if (voxels > StoredFile.MOST_VOXELS) {
      throw fields.refused(
          "%.0f×%.0f×%.0f voxels are more than %d"
              .formatted(sizes.get(0), sizes.get(1), sizes.get(2), StoredFile.MOST_VOXELS));
    }
    return new Extent(sizes.get(0).intValue(), sizes.get(1).intValue(), sizes.get(2).intValue());
  }

  private static VoxelType type(MetaImageFields fields) {
    String name = fields.require("ElementType");
    VoxelType type = TYPES.get(name);
    if (type == null) {
      throw fields.refused("voxel type %s is not a real number type".formatted(name));
    }
    return type;
  }

  /** Channels are the values of a voxel, or lie along one axis behind those of space. */
  private static ChannelOrder channels(MetaImageFields fields, int axes, Extent extent) {
    long values =
        fields
            .get("ElementNumberOfChannels")
            .map(n -> fields.integer("ElementNumberOfChannels", n))
            .orElse(1L);
    if (values < 1) {
      throw fields.refused("has %d values a voxel".formatted(values));
    }
    ChannelOrder order = ChannelOrder.of(fields.file(), extent, values, 1);
    List<Double> sizes = fields.numbers(axes, "DimSize").orElseThrow();
    for (int axis = 3; axis < axes; axis++) {
      double size = sizes.get(axis);
      if (size != 1 && order.count() != 1) {
        throw fields.refused(
            "has %.0f values along axis %d beside %d channels"
                .formatted(size, axis, order.count()));
      }
      if (size != 1) {
        requireStill(fields, axes, axis);
        order = ChannelOrder.of(fields.file(), extent, (long) size, extent.voxels());
      }
    }
    return order;
  }

  /** Channels lie at one place each. */
  private static void requireStill(MetaImageFields fields, int axes, int axis) {
    boolean moves =
        fields
            .numbers(axes * axes, MATRIX)
            .map(m -> m.subList(axes * axis, axes * axis + 3))
            .filter(direction -> direction.stream().anyMatch(part -> part != 0))
            .isPresent();
    if (moves) {
      throw fields.refused("axis %d runs through space; a volume has 3 axes".formatted(axis));
    }
  }

  private static void requireUnscaled(MetaImageFields fields) {
    double slope =
        fields.numbers(1, "ElementToIntensityFunctionSlope").map(List::getFirst).orElse(1.0);
    double shift =
        fields.numbers(1, "ElementToIntensityFunctionOffset").map(List::getFirst).orElse(0.0);
    if (slope != 1 || shift != 0) {
      throw fields.refused(
          "scales its voxels (slope %s, offset %s), which most readers pass over"
              .formatted(slope, shift));
    }
  }

  /**
   * ElementSize is how large a voxel is, which counts where nothing says how far they lie apart.
   */
  private static MetaImageSpace spatial(MetaImageFields fields, int axes) {
    List<Double> spacing =
        fields
            .numbers(axes, "ElementSpacing", "ElementSize")
            .orElseThrow(() -> fields.refused("tells no voxel sides: it has no ElementSpacing"));
    Optional<List<Double>> matrix = fields.numbers(axes * axes, MATRIX);
    Optional<List<Double>> offset = fields.numbers(axes, "Offset", "Position", "Origin");
    String unit = fields.get("DistanceUnits").orElse("");
    if (!MetaImageSpace.isUnit(unit)) {
      throw fields.refused("its lengths are in %s; mm, cm and um are read".formatted(unit));
    }
    return new MetaImageSpace(
        spacing.subList(0, 3),
        matrix
            .map(m -> IntStream.range(0, 9).mapToObj(i -> m.get(axes * (i / 3) + i % 3)).toList())
            .orElse(MetaImageSpace.IDENTITY),
        offset.map(o -> o.subList(0, 3)).orElse(MetaImageSpace.ZERO),
        matrix.isPresent() || offset.isPresent(),
        unit);
  }

  private static Data data(MetaImageFields fields) {
    String name = fields.require("ElementDataFile");
    if (name.isEmpty() || name.matches("LIST( .*)?") || name.contains("%")) {
      throw fields.refused("its voxels lie in several files (%s); join them".formatted(name));
    }
    boolean text = fields.get("BinaryData").isPresent() && !fields.isTrue("BinaryData");
    boolean compressed = fields.isTrue("CompressedData");
    long skip = fields.get("HeaderSize").map(n -> fields.integer("HeaderSize", n)).orElse(0L);
    if (skip < -1 || (skip == -1 && (text || compressed)) || (text && compressed)) {
      throw fields.refused("HeaderSize, BinaryData and CompressedData contradict each other");
    }
    return new Data(
        name.equalsIgnoreCase("LOCAL") ? Optional.empty() : Optional.of(name),
        text ? Encoding.TEXT : compressed ? Encoding.COMPRESSED : Encoding.BINARY,
        skip);
  }

  @Override
  public Geometry geometry() {
    return new Geometry(extent, spatial.affine(), spatial);
  }

  @Override
  public Optional<String> dataFile() {
    return data.file();
  }

  /**
   * The header of labels on a grid, up to the voxels, which follow as uint8.
   *
   * @param packed bytes of the voxels in zlib
   */
  static String ofLabels(Geometry geometry, int packed) {
    MetaImageSpace s = MetaImageSpace.of(geometry);
    StringBuilder text = new StringBuilder("ObjectType = Image\nNDims = 3\nBinaryData = True\n");
    text.append("BinaryDataByteOrderMSB = False\nCompressedData = True\n");
    text.append("CompressedDataSize = ").append(packed).append('\n');
    if (s.placed()) {
      text.append("TransformMatrix = ").append(line(s.matrix()));
      text.append("Offset = ").append(line(s.offset()));
      text.append("CenterOfRotation = 0 0 0\n");
    }
    if (!s.unit().isEmpty()) {
      text.append("DistanceUnits = ").append(s.unit()).append('\n');
    }
    text.append("ElementSpacing = ").append(line(s.spacing()));
    text.append(
        "DimSize = %d %d %d\n".formatted(geometry.sizeX(), geometry.sizeY(), geometry.sizeZ()));
    return text.append("ElementType = MET_UCHAR\nElementDataFile = LOCAL\n").toString();
  }

  private static String line(List<Double> numbers) {
    return String.join(" ", numbers.stream().map(String::valueOf).toList()) + "\n";
  }
}
