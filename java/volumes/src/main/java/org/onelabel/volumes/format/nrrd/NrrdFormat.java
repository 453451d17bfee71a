package org.onelabel.volumes.format.nrrd;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.zip.GZIPOutputStream;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.format.stored.HeaderText;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.format.stored.TextHeaderFormat;
import org.onelabel.volumes.format.stored.VoxelOrder;

/**
 * Reads NRRD files, {@code .nrrd} and detached headers {@code .nhdr}; writes labels as {@code
 * .nrrd}. The format: teem.sourceforge.net/nrrd/format.html. Thread-safe.
 */
public final class NrrdFormat extends TextHeaderFormat<NrrdHeader> {

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
  protected NrrdHeader readHeader(Path file, HeaderText text) throws IOException {
    return NrrdHeader.read(file, text);
  }

  @Override
  protected IntToDoubleFunction readNumbers(NrrdHeader header, Path file, BufferedInputStream in)
      throws IOException {
    NrrdHeader.Data data = header.data();
    long size = Files.size(file);
    if (data.bytes() < 0) {
      header.numbers().requireRoom(file, size, 1);
      try (BufferedInputStream whole = StoredFile.openStored(file)) {
        whole.skipNBytes(size - header.numbers().bytes());
        return header.numbers().binary(file, whole);
      }
    }
    HeaderText lines = new HeaderText(file, in);
    for (long line = 0; line < data.lines(); line++) {
      if (lines.line().isEmpty()) {
        throw new InputException(file, "has fewer lines than the header says to skip");
      }
    }
    return header.encoding().read(file, in, header.numbers(), data.bytes(), size);
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
}
