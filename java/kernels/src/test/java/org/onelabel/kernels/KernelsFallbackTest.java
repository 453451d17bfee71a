package org.onelabel.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is opened where the class path has no library for the platform, in a process of its own. */
class KernelsFallbackTest {
  @TempDir private Path folder;

  /** Tells what it opened. */
  static final class Opening {
    private Opening() {}

    public static void main(String[] arguments) {
      try (Kernels kernels = Kernels.open()) {
        System.out.println("opened " + kernels.implementation());
      } catch (KernelException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  private String open(String library) throws IOException, InterruptedException {
    return open(library, folder, List.of());
  }

  private static String open(String library, Path natives, List<String> options)
      throws IOException, InterruptedException {
    String withoutNatives =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> entry.endsWith("classes"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED"));
    command.addAll(options);
    command.addAll(
        List.of("-cp", withoutNatives + File.pathSeparator + natives, Opening.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ONELABEL_LIBRARY", library);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  @Test
  void withoutALibraryTheReferenceIsOpenedAndThatIsSaid() throws Exception {
    String said = open("");
    assertTrue(said.contains("opened reference"), said);
    assertTrue(said.contains("the class path has no kernels for "), said);
    assertTrue(said.contains("the plain Java reference is used"), said);
  }

  @Test
  void aLibraryThatCannotBeLoadedIsAFault() throws Exception {
    String missing = folder.resolve("missing.so").toString();
    String said = open(missing);
    assertTrue(said.contains("refused: " + missing + " cannot be loaded"), said);
  }

  @Test
  void theLibraryOfTheProcessorIsTaken() throws Exception {
    Path resource = folder.resolve("META-INF/onelabel/linux-aarch64/libonelabel.so");
    Files.createDirectories(resource.getParent());
    Files.writeString(resource, "no library");
    String said = open("", folder, List.of("-Dos.name=Linux", "-Dos.arch=aarch64"));
    assertTrue(said.contains("refused: ") && said.contains("cannot be loaded"), said);
    said = open("", folder, List.of("-Dos.name=Linux", "-Dos.arch=riscv64"));
    assertTrue(said.contains("the class path has no kernels for linux-riscv64"), said);
  }
}
