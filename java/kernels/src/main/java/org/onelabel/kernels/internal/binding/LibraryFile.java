package org.onelabel.kernels.internal.binding;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.onelabel.kernels.KernelException;

/**
 * The libraries there are, each loaded on first use: the file that the environment names, else the
 * one on the class path for this platform, unpacked once. No jar has the emulation.
 */
public enum LibraryFile {
  CPU("libonelabel.so", "ONELABEL_LIBRARY"),
  CUDA("libonelabel-cuda.so", "ONELABEL_CUDA_LIBRARY"),
  CUDA_EMULATION("libonelabel-cuda-emulation.so", "ONELABEL_CUDA_EMULATION_LIBRARY");

  private static final String RESOURCES = "META-INF/onelabel/";

  private final String file;
  private final String override;
  private @Nullable Path located;
  private @Nullable NativeLibrary library;

  LibraryFile(String file, String override) {
    this.file = file;
    this.override = override;
  }

  /** This machine's operating system and processor, as the classifiers of jars name them. */
  public static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch");
    return (system.startsWith("linux") ? "linux" : system.replace(" ", ""))
        + "-"
        + (machine.equals("amd64") ? "x86_64" : machine);
  }

  /** Whether there is a file to load. */
  public boolean isPresent() {
    return named().isPresent() || resource(platform() + "/" + file);
  }

  private Optional<Path> named() {
    String name = System.getenv(override);
    return name == null || name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
  }

  private static boolean resource(String name) {
    return loader().getResource(RESOURCES + name) != null;
  }

  private static ClassLoader loader() {
    return LibraryFile.class.getClassLoader();
  }

  /**
   * Where it lies.
   *
   * @throws KernelException where it is not present, saying what is missing
   */
  public synchronized Path locate() {
    Path known = located;
    if (known == null) {
      known = named().orElseGet(() -> unpack(platform() + "/" + file, file));
      located = known;
    }
    return known;
  }

  /** Loads it. */
  public synchronized NativeLibrary load() {
    NativeLibrary known = library;
    if (known == null) {
      known = NativeLibrary.load(locate());
      library = known;
    }
    return known;
  }

  /** Whether this machine has NVIDIA's driver. */
  public static boolean hasDriver() {
    try {
      return SymbolLookup.libraryLookup("libcuda.so.1", Arena.global()).find("cuInit").isPresent();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** The C header, unpacked for the life of the process. */
  public static Path header() {
    return unpack("onelabel.h", "onelabel.h");
  }

  private static Path unpack(String resource, String name) {
    try (InputStream in = loader().getResourceAsStream(RESOURCES + resource)) {
      if (in == null) {
        throw new KernelException("the class path has no " + name + " for " + platform());
      }
      Path folder = Files.createTempDirectory("onelabel");
      Path file = folder.resolve(name);
      Files.copy(in, file);
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new KernelException(name + " cannot be unpacked: " + e.getMessage(), e);
    }
  }
}
