package org.onelabel.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where the functions of {@code onelabel.h} lie, for the life of the process. */
final class NativeLibrary {
  static final int ABI_VERSION = 1;

  private static final long LONGEST_TEXT = 4096;
  private static final String LAST_ERROR = "onelabel_last_error";

  private static final Map<String, String> KERNELS =
      Map.of(
          "onelabel_prototype_cosine", "prototype-cosine",
          "onelabel_upsample_argmax", "upsample-argmax",
          "onelabel_entropy", "entropy",
          "onelabel_knn", "knn",
          "onelabel_summary", "summary");

  private final SymbolLookup symbols;

  final MemorySegment prototypeCosine;
  final MemorySegment upsampleArgmax;
  final MemorySegment entropy;
  final MemorySegment summary;
  final MemorySegment knn;
  final MemorySegment create;
  final MemorySegment destroy;
  final MemorySegment isa;
  final MemorySegment measureBounds;
  final MemorySegment threads;
  final MemorySegment lastError;

  /** The functions of {@code onelabel_cuda.h}; null in the CPU library. */
  final DeviceFunctions device;

  record DeviceFunctions(
      MemorySegment allocate,
      MemorySegment free,
      MemorySegment copy,
      MemorySegment synchronise,
      MemorySegment stream,
      MemorySegment name,
      MemorySegment record,
      MemorySegment await,
      MemorySegment synchroniseEvent,
      MemorySegment seconds,
      MemorySegment destroyEvent) {}

  /** The libraries there are, each loaded on first use. */
  enum Build {
    CPU("libonelabel.so", "ONELABEL_LIBRARY"),
    CUDA("libonelabel-cuda.so", "ONELABEL_CUDA_LIBRARY"),
    CUDA_EMULATION("libonelabel-cuda-emulation.so", "ONELABEL_CUDA_EMULATION_LIBRARY");

    private final String file;
    private final String override;
    private Path located;
    private NativeLibrary library;

    Build(String file, String override) {
      this.file = file;
      this.override = override;
    }

    /** The library the environment names, else the one packed beside this class, unpacked once. */
    synchronized Path locate() {
      if (located == null) {
        String named = System.getenv(override);
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch");
        String platform =
            (system.startsWith("linux") ? "linux" : system)
                + "-"
                + (machine.equals("amd64") ? "x86_64" : machine);
        located =
            named != null && !named.isEmpty()
                ? Path.of(named)
                : unpack("native/" + platform + "/" + file, file);
      }
      return located;
    }

    /** Loads it. */
    synchronized NativeLibrary library() {
      if (library == null) {
        try {
          library = new NativeLibrary(SymbolLookup.libraryLookup(locate(), Arena.global()));
        } catch (IllegalArgumentException e) {
          throw new KernelException(file + " cannot be loaded: " + e.getMessage(), e);
        }
      }
      return library;
    }
  }

  /** Whether this machine has NVIDIA's driver. */
  static boolean hasDriver() {
    try {
      return SymbolLookup.libraryLookup("libcuda.so.1", Arena.global()).find("cuInit").isPresent();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** A file packed beside this class, unpacked for the life of the process. */
  static Path unpack(String resource, String name) {
    try (InputStream in = NativeLibrary.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new KernelException("this build has no " + name);
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

  /**
   * This library with the kernels of {@code file} in place of its own, and what it says of their
   * failures.
   */
  NativeLibrary withCandidate(Path file) {
    SymbolLookup candidate = lookup(file);
    return new NativeLibrary(
        name ->
            KERNELS.containsKey(name) || name.equals(LAST_ERROR)
                ? candidate.or(symbols).find(name)
                : symbols.find(name));
  }

  private static SymbolLookup lookup(Path file) {
    try {
      return SymbolLookup.libraryLookup(file, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new KernelException(file + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  /** The kernels that {@code other} has functions of its own for. */
  List<String> replacedBy(NativeLibrary other) {
    return KERNELS.entrySet().stream()
        .filter(
            kernel ->
                // A function of this very library is found through the candidate's links.
                other.find(kernel.getKey()).address() != find(kernel.getKey()).address())
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  List<String> instructionSets() {
    return List.of(text(Downcalls.pointer(find("onelabel_isas"))).split(",", -1));
  }

  private NativeLibrary(SymbolLookup symbols) {
    this.symbols = symbols;
    int found = Downcalls.integer(find("onelabel_abi_version"));
    if (found != ABI_VERSION) {
      throw new KernelException("the library speaks ABI " + found + ", not " + ABI_VERSION);
    }
    create = find("onelabel_context_create_for");
    measureBounds = find("onelabel_measure_bounds");
    destroy = find("onelabel_context_destroy");
    isa = find("onelabel_isa");
    threads = find("onelabel_threads");
    lastError = find(LAST_ERROR);
    prototypeCosine = find("onelabel_prototype_cosine");
    upsampleArgmax = find("onelabel_upsample_argmax");
    entropy = find("onelabel_entropy");
    summary = find("onelabel_summary");
    knn = find("onelabel_knn");
    device = symbols.find("onelabel_device_allocate").isPresent() ? deviceFunctions() : null;
  }

  private DeviceFunctions deviceFunctions() {
    return new DeviceFunctions(
        find("onelabel_device_allocate"),
        find("onelabel_device_free"),
        find("onelabel_device_copy"),
        find("onelabel_synchronise"),
        find("onelabel_stream"),
        find("onelabel_device_name"),
        find("onelabel_event_record"),
        find("onelabel_event_wait"),
        find("onelabel_event_synchronise"),
        find("onelabel_event_seconds"),
        find("onelabel_event_destroy"));
  }

  private MemorySegment find(String name) {
    return symbols
        .find(name)
        .orElseThrow(() -> new KernelException("the library has no function " + name));
  }

  /** A C string of less than 4096 bytes; empty where there is none. */
  static String text(MemorySegment address) {
    return address.address() == 0 ? "" : address.reinterpret(LONGEST_TEXT).getString(0);
  }
}
