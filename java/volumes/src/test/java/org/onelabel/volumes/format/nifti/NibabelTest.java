package org.onelabel.volumes.format.nifti;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * Random headers mean the same here and to nibabel, where Debian's python3-nibabel is installed.
 */
class NibabelTest {
  private static final int HEADERS = 6000;
  private static final String PYTHON = "/usr/bin/python3";

  @TempDir private Path folder;

  private record Result(int code, String output) {}

  private static Result python(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PYTHON));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      return new Result(-1, e.getMessage());
    }
  }

  private static byte[] bytes(ByteBuffer record) {
    byte[] bytes = new byte[record.getInt()];
    record.get(bytes);
    return bytes;
  }

  @Test
  void randomHeadersHaveTheSameSpaceAndGetItBack() throws IOException, InterruptedException {
    assumeTrue(
        python("-c", "import nibabel").code == 0,
        "not compared with nibabel: python3-nibabel is not installed");
    String script = "src/test/scripts/nibabel_headers.py";
    Result made = python(script, "write", folder.toString(), "" + HEADERS, "20");
    assertEquals(0, made.code, made.output);
    ByteBuffer headers =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("headers")))
            .order(ByteOrder.LITTLE_ENDIAN);
    List<String> lines = new ArrayList<>();
    ByteBuffer written = ByteBuffer.allocate(HEADERS * 1024).order(ByteOrder.LITTLE_ENDIAN);
    Path image = folder.resolve("image.nii");
    Path label = folder.resolve("label.nii");
    while (headers.hasRemaining()) {
      Files.write(image, bytes(headers));
      try {
        Geometry geometry = VolumeFormats.NIFTI.readGeometry(image);
        lines.add(
            Arrays.stream(geometry.affine().values())
                .mapToObj(Double::toString)
                .collect(Collectors.joining("\t", "", "\t" + geometry.affine().orientation())));
        VolumeFormats.NIFTI.write(label, new LabelMap(geometry, new byte[geometry.voxels()]));
        byte[] back = Files.readAllBytes(label);
        written.putInt(back.length).put(back);
      } catch (InputException e) {
        assertTrue(e.getMessage().startsWith(image.toString()), e.getMessage());
        lines.add("refused\t" + e.getMessage());
        written.putInt(0);
      }
    }
    Files.write(folder.resolve("read.tsv"), lines);
    Files.write(folder.resolve("written"), Arrays.copyOf(written.array(), written.position()));
    Result compared = python(script, "compare", folder.toString());
    assertEquals(0, compared.code, compared.output);
    assertTrue(
        compared.output.matches("(?s)" + HEADERS + " headers, \\d+ refused by both, 0 different.*"),
        compared.output);
    System.out.print(compared.output);
  }
}
