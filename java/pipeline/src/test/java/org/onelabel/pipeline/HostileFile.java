package org.onelabel.pipeline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.features.Checkpoint;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * A file that promises, hides or nests more than it holds, and is refused.
 *
 * @param name of the file; its ending counts
 * @param reader that is to refuse it with an {@link org.onelabel.volumes.InputException}
 */
public record HostileFile(String name, byte[] bytes, Consumer<Path> reader) {
  @Override
  public String toString() {
    return name;
  }

  /** Every one of them. */
  public static Stream<HostileFile> all() {
    return Stream.of(
        volume("2^45 voxels.nii", nifti(b -> sides(b, (short) 32767))),
        volume("2^45 voxels, zipped.nii.gz", zipped(nifti(b -> sides(b, (short) 32767)), 0)),
        volume("gzip bomb.nii.gz", zipped(nifti(b -> sides(b, (short) 1200)), 64 << 20)),
        volume("2^60 voxels.nii", niftiTwo()),
        volume("NaN in the affine.nii", nifti(b -> b.putFloat(280, Float.NaN))),
        volume("infinite affine.nii", nifti(b -> b.putFloat(284, Float.POSITIVE_INFINITY))),
        volume("singular affine.nii", nifti(b -> b.putFloat(280, 0))),
        hdf5("header-beyond-the-end.h5"),
        hdf5("promises-a-gigabyte.h5"),
        checkpoint("tensor of 2^60.safetensors", safetensors("[1152921504606846976]")),
        checkpoint("tensor beyond.safetensors", safetensors("[1000,1000,100]")),
        checkpoint("any class.pth", archive(pickle("cos\nsystem\n"), false)),
        checkpoint("builtins.pth", archive(pickle("c__builtin__\neval\n"), false)),
        checkpoint("long text.pth", archive(bytes("\u0080\u0002X\u00ff\u00ff\u00ff\u007f"), false)),
        checkpoint("zip bomb.pth", archive(new byte[64 << 20], true)),
        checkpoint("path traversal.pth", traversal()),
        new HostileFile("deep settings.json", bytes("[".repeat(1 << 20)), HostileFile::settings));
  }

  private static HostileFile volume(String name, byte[] bytes) {
    return new HostileFile(name, bytes, VolumeFormats.NIFTI::readVolume);
  }

  /** A file kept beside this class. */
  private static HostileFile hdf5(String name) {
    try (InputStream in = HostileFile.class.getResourceAsStream("hostile/" + name)) {
      return new HostileFile(
          name,
          in.readAllBytes(),
          file -> new Case("hostile", List.of(file), Optional.empty()).readVolume());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HostileFile checkpoint(String name, byte[] bytes) {
    return new HostileFile(name, bytes, Checkpoint::read);
  }

  private static void settings(Path file) {
    Configuration.of("quick", "", Optional.of(file), Map.of());
  }

  /** A whole file of 4×3×2 bytes, changed by {@code damage}. */
  private static byte[] nifti(Consumer<ByteBuffer> damage) {
    ByteBuffer b = ByteBuffer.allocate(352 + 24).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(0, 348).putShort(40, (short) 3).putShort(48, (short) 1).putShort(70, (short) 2);
    b.putShort(42, (short) 4).putShort(44, (short) 3).putShort(46, (short) 2);
    b.putShort(72, (short) 8).putFloat(108, 352).putFloat(112, 1).putShort(254, (short) 1);
    for (int a = 0; a < 3; a++) {
      b.putFloat(80 + 4 * a, 1).putFloat(280 + 20 * a, 1);
    }
    b.put(123, (byte) 2).put(344, new byte[] {'n', '+', '1', 0});
    damage.accept(b);
    return b.array();
  }

  private static void sides(ByteBuffer header, short side) {
    header.putShort(42, side).putShort(44, side).putShort(46, side);
  }

  private static byte[] niftiTwo() {
    ByteBuffer b = ByteBuffer.allocate(600).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(0, 540).put(4, new byte[] {'n', '+', '2', 0, '\r', '\n', 0x1a, '\n'});
    b.putShort(12, (short) 2).putShort(14, (short) 8).putLong(16, 3).putLong(48, 1);
    b.putLong(168, 544).putInt(500, 2);
    for (int a = 0; a < 3; a++) {
      b.putLong(24 + 8 * a, 1 << 20).putDouble(112 + 8 * a, 1).putDouble(400 + 40 * a, 1);
    }
    return b.array();
  }

  private static byte[] zipped(byte[] start, int zeros) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zip = new GZIPOutputStream(out)) {
      zip.write(start);
      zip.write(new byte[zeros]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] safetensors(String shape) {
    byte[] header =
        bytes("{\"a\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[0,400000000]}}");
    return ByteBuffer.allocate(8 + header.length + 4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private static byte[] pickle(String global) {
    return bytes("\u0080\u0002" + global + "X\u0002\u0000\u0000\u0000id\u0085R.");
  }

  private static byte[] archive(byte[] pickle, boolean compressed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      put(zip, "a/data.pkl", pickle, compressed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A tensor whose storage would lie outside the archive's folder. */
  private static byte[] traversal() {
    String pickle =
        "\u0080\u0002}X\u0001\u0000\u0000\u0000actorch._utils\n_rebuild_tensor_v2\n((X\u0007\u0000"
            + "\u0000\u0000storagectorch\nFloatStorage\nX\u0010\u0000\u0000\u0000../../etc/passwdX"
            + "\u0003\u0000\u0000\u0000cpuK\u0001tQK\u0000K\u0001\u0085K\u0001\u0085\u0089}tRs.";
    return archive(bytes(pickle), false);
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes, boolean compressed)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    if (!compressed) {
      CRC32 sum = new CRC32();
      sum.update(bytes);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(bytes.length);
      entry.setCrc(sum.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private static byte[] bytes(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }
}
