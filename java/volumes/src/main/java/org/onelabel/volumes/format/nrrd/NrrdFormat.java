package org.onelabel.volumes.format.nrrd;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.zip.GZIPOutputStream;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.format.stored.HeaderText;
import org.onelabel.volumes.format.stored.LabelFormat;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.format.stored.VoxelOrder;

/**
 * Reads NRRD files, {@code .nrrd} and detached headers {@code .nhdr}; writes labels as {@code
 * .nrrd}. One value a voxel. The format: teem.sourceforge.net/nrrd/format.html. Thread-safe.
 */
public final class NrrdFormat implements LabelFormat {

  @Override
  public List<String> endings() {
    return List.of(".nrrd", ".nhdr");
  }

  @Override
  public List<String> writtenEndings() {
    return List.of(".nrrd");
  }

  @Override
  public String labelEnding() {
    return ".nrrd";
  }

  @Override
  public Volume readVolume(Path file) {
    return read(
        file,
        (header, voxels) ->
            new Volume(header.geometry(), VoxelOrder.intensities(header.extent(), voxels))
                .requireFinite(file));
  }

  @Override
  public LabelMap readLabels(Path file) {
    return read(
        file,
        (header, voxels) ->
            new LabelMap(header.geometry(), VoxelOrder.labels(file, header.extent(), voxels)));
  }

  @Override
  public Geometry readGeometry(Path file) {
    return readHeader(file).geometry();
  }

  @Override
  public Optional<String> describe(Path file) {
    NrrdHeader header = readHeader(file);
    return Optional.of(
        "NRRD, %s, %s, %s, space %s"
            .formatted(
                header.numbers().type().name().toLowerCase(Locale.ROOT),
                header.encoding().name().toLowerCase(Locale.ROOT),
                header.numbers().order() == ByteOrder.LITTLE_ENDIAN
                    ? "little-endian"
                    : "big-endian",
                header.spatial().space().isEmpty() ? "unknown" : header.spatial().space()));
  }

  @Override
  public List<Path> files(Path file) {
    return readHeader(file)
        .data()
        .file()
        .map(name -> List.of(file, StoredFile.beside(file, name)))
        .orElse(List.of(file));
  }

  @Override
  public void write(Path file, LabelMap labels) {
    AtomicFile.write(
        file,
        out -> {
          out.write(NrrdHeader.ofLabels(labels.geometry()).getBytes(StandardCharsets.UTF_8));
          GZIPOutputStream packed = new GZIPOutputStream(out, 1 << 16);
          packed.write(VoxelOrder.stored(labels));
          packed.finish();
        });
  }

  private static NrrdHeader readHeader(Path file) {
    try (InputStream in = StoredFile.openStored(file)) {
      return NrrdHeader.read(file, new HeaderText(file, in));
    } catch (IOException e) {
      throw StoredFile.unreadable(file, e);
    }
  }

  /** Makes something of the voxels in the order of the file. */
  private interface Conversion<T> {
    T convert(NrrdHeader header, IntToDoubleFunction voxels);
  }

  private static <T> T read(Path file, Conversion<T> conversion) {
    try (InputStream in = StoredFile.openStored(file)) {
      NrrdHeader header = NrrdHeader.read(file, new HeaderText(file, in));
      Optional<String> detached = header.data().file();
      return conversion.convert(
          header,
          detached.isPresent()
              ? detached(StoredFile.beside(file, detached.get()), header)
              : voxels(file, in, header));
    } catch (IOException e) {
      throw StoredFile.unreadable(file, e);
    }
  }

  private static IntToDoubleFunction detached(Path data, NrrdHeader header) {
    try (InputStream in = StoredFile.openStored(data)) {
      return voxels(data, in, header);
    } catch (IOException e) {
      throw StoredFile.unreadable(data, e);
    }
  }

  private static IntToDoubleFunction voxels(Path file, InputStream in, NrrdHeader header)
      throws IOException {
    long size = Files.size(file);
    long bytes = header.numbers().bytes();
    if (header.data().bytes() < 0) {
      header.numbers().requireRoom(file, size, 1);
      try (BufferedInputStream whole = StoredFile.openStored(file)) {
        whole.skipNBytes(size - bytes);
        return header.numbers().binary(file, whole);
      }
    }
    HeaderText lines = new HeaderText(file, in);
    for (long line = 0; line < header.data().lines(); line++) {
      if (lines.line().isEmpty()) {
        throw new InputException(file, "has fewer lines than the header says to skip");
      }
    }
    return header.encoding().read(file, in, header.numbers(), header.data().bytes(), size);
  }
}
