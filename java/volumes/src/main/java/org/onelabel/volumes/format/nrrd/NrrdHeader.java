package org.onelabel.volumes.format.nrrd;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.format.stored.ChannelOrder;
import org.onelabel.volumes.format.stored.HeaderText;
import org.onelabel.volumes.format.stored.StoredNumbers;
import org.onelabel.volumes.format.stored.TextHeader;
import org.onelabel.volumes.format.stored.VoxelType;
import org.onelabel.volumes.grid.Extent;

/** The fields of a NRRD header that decide voxels and space. */
record NrrdHeader(
    Extent extent,
    ChannelOrder channels,
    StoredNumbers numbers,
    NrrdEncoding encoding,
    NrrdSpace spatial,
    Data data)
    implements TextHeader {

  /**
   * Where the voxels lie.
   *
   * @param file the file of a detached header; empty where they follow the header
   * @param lines to skip in front of them, and then {@code bytes}; −1 bytes are all up to the
   *     voxels at the end of the file
   */
  record Data(Optional<String> file, long lines, long bytes) {}

  private static final Map<String, VoxelType> TYPES =
      Map.ofEntries(
          Map.entry("signed char", VoxelType.INT8),
          Map.entry("int8", VoxelType.INT8),
          Map.entry("int8_t", VoxelType.INT8),
          Map.entry("uchar", VoxelType.UINT8),
          Map.entry("unsigned char", VoxelType.UINT8),
          Map.entry("uint8", VoxelType.UINT8),
          Map.entry("uint8_t", VoxelType.UINT8),
          Map.entry("short", VoxelType.INT16),
          Map.entry("short int", VoxelType.INT16),
          Map.entry("signed short", VoxelType.INT16),
          Map.entry("signed short int", VoxelType.INT16),
          Map.entry("int16", VoxelType.INT16),
          Map.entry("int16_t", VoxelType.INT16),
          Map.entry("ushort", VoxelType.UINT16),
          Map.entry("unsigned short", VoxelType.UINT16),
          Map.entry("unsigned short int", VoxelType.UINT16),
          Map.entry("uint16", VoxelType.UINT16),
          Map.entry("uint16_t", VoxelType.UINT16),
          Map.entry("int", VoxelType.INT32),
          Map.entry("signed int", VoxelType.INT32),
          Map.entry("int32", VoxelType.INT32),
          Map.entry("int32_t", VoxelType.INT32),
          Map.entry("uint", VoxelType.UINT32),
          Map.entry("unsigned int", VoxelType.UINT32),
          Map.entry("uint32", VoxelType.UINT32),
          Map.entry("uint32_t", VoxelType.UINT32),
          Map.entry("longlong", VoxelType.INT64),
          Map.entry("long long", VoxelType.INT64),
          Map.entry("long long int", VoxelType.INT64),
          Map.entry("signed long long", VoxelType.INT64),
          Map.entry("signed long long int", VoxelType.INT64),
          Map.entry("int64", VoxelType.INT64),
          Map.entry("int64_t", VoxelType.INT64),
          Map.entry("ulonglong", VoxelType.UINT64),
          Map.entry("unsigned long long", VoxelType.UINT64),
          Map.entry("unsigned long long int", VoxelType.UINT64),
          Map.entry("uint64", VoxelType.UINT64),
          Map.entry("uint64_t", VoxelType.UINT64),
          Map.entry("float", VoxelType.FLOAT32),
          Map.entry("double", VoxelType.FLOAT64));

  /** Reads a header, and leaves {@code text} at its end. */
  static NrrdHeader read(Path file, HeaderText text) throws IOException {
    NrrdFields fields = new NrrdFields(file, text);
    NrrdAxes axes = NrrdAxes.of(fields);
    VoxelType type = type(fields);
    NrrdEncoding encoding = encoding(fields);
    NrrdSpace spatial = axes.spatial(fields);
    spatial
        .fault()
        .ifPresent(
            fault -> {
              throw new InputException(file, fault);
            });
    return new NrrdHeader(
        axes.extent(),
        axes.channels(),
        new StoredNumbers(
            axes.channels().numbers(axes.extent()), type, order(fields, type, encoding)),
        encoding,
        spatial,
        data(fields, encoding));
  }

  private static VoxelType type(NrrdFields fields) {
    String name = fields.require("type").toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    VoxelType type = TYPES.get(name);
    if (type == null) {
      throw fields.refused("type %s is not a real number type".formatted(name));
    }
    return type;
  }

  private static NrrdEncoding encoding(NrrdFields fields) {
    String name = fields.require("encoding");
    return NrrdEncoding.of(name)
        .orElseThrow(
            () ->
                fields.refused(
                    "its voxels are written as %s; raw, gzip, ascii and hex are read"
                        .formatted(name)));
  }

  private static ByteOrder order(NrrdFields fields, VoxelType type, NrrdEncoding encoding) {
    if (type.bytes() == 1 || encoding == NrrdEncoding.TEXT) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String name = fields.require("endian").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default -> throw fields.refused("endian is %s, not little or big".formatted(name));
    };
  }

  private static Data data(NrrdFields fields, NrrdEncoding encoding) {
    Optional<String> file = fields.get("data file");
    file.ifPresent(
        name -> {
          if (name.isEmpty() || name.matches("LIST( .*)?") || name.matches(".*%\\d*d.*")) {
            throw fields.refused("its voxels lie in several files (%s); join them".formatted(name));
          }
        });
    long lines = fields.get("line skip").map(n -> fields.integer("line skip", n)).orElse(0L);
    long bytes = fields.get("byte skip").map(n -> fields.integer("byte skip", n)).orElse(0L);
    if (lines < 0 || bytes < -1 || (bytes == -1 && encoding != NrrdEncoding.RAW)) {
      throw fields.refused(
          "line skip %d, byte skip %d lie outside the data".formatted(lines, bytes));
    }
    return new Data(file, lines, bytes);
  }

  @Override
  public Geometry geometry() {
    return new Geometry(extent, spatial.affine(), spatial);
  }

  @Override
  public Optional<String> dataFile() {
    return data.file();
  }

  /** The header of labels on a grid, up to the voxels, which follow as uint8 in gzip. */
  static String ofLabels(Geometry geometry) {
    NrrdSpace s = NrrdSpace.of(geometry);
    StringBuilder text = new StringBuilder("NRRD0004\ntype: uint8\ndimension: 3\n");
    if (s.directed()) {
      text.append(s.space().isEmpty() ? "space dimension: 3" : "space: " + s.space()).append('\n');
    }
    text.append(
        "sizes: %d %d %d\n".formatted(geometry.sizeX(), geometry.sizeY(), geometry.sizeZ()));
    if (s.directed()) {
      text.append("space directions: ")
          .append(String.join(" ", s.vectors().stream().map(NrrdHeader::vector).toList()))
          .append("\nspace origin: ")
          .append(vector(s.origin()))
          .append('\n');
    } else {
      text.append(
          "spacings: %s %s %s\n"
              .formatted(
                  s.vectors().get(0).get(0), s.vectors().get(1).get(1), s.vectors().get(2).get(2)));
    }
    if (!s.unit().isEmpty()) {
      String quoted = "\"" + s.unit() + "\"";
      text.append(s.directed() ? "space units: " : "units: ")
          .append(String.join(" ", List.of(quoted, quoted, quoted)))
          .append('\n');
    }
    return text.append("kinds: domain domain domain\nencoding: gzip\n\n").toString();
  }

  private static String vector(List<Double> parts) {
    return "(%s,%s,%s)".formatted(parts.get(0), parts.get(1), parts.get(2));
  }
}
