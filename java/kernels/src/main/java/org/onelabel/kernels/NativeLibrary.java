package org.onelabel.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The functions of {@code onelabel.h}, bound once for the life of the process. Every data function
 * exists twice: called plainly, and "critical", which may be given heap memory.
 */
final class NativeLibrary {
  static final int ABI_VERSION = 1;

  private static final Map<String, String> KERNELS =
      Map.of(
          "onelabel_prototype_cosine", "prototype-cosine",
          "onelabel_upsample_argmax", "upsample-argmax",
          "onelabel_entropy", "entropy",
          "onelabel_knn", "knn",
          "onelabel_summary", "summary");

  private final SymbolLookup symbols;

  /** A data function in both forms. */
  record Function(MethodHandle plain, MethodHandle critical) {}

  final Function prototypeCosine;
  final Function upsampleArgmax;
  final Function entropy;
  final Function summary;
  final Function knn;
  final MethodHandle create;
  final MethodHandle destroy;
  final MethodHandle isa;
  final MethodHandle measureBounds;
  final MethodHandle threads;
  final MethodHandle lastError;

  /** The functions of {@code onelabel_cuda.h}; null in the CPU library. */
  final DeviceFunctions device;

  record DeviceFunctions(
      MethodHandle allocate,
      MethodHandle free,
      MethodHandle copy,
      MethodHandle synchronise,
      MethodHandle stream,
      MethodHandle name,
      MethodHandle record,
      MethodHandle await,
      MethodHandle synchroniseEvent,
      MethodHandle seconds,
      MethodHandle destroyEvent) {}

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

  /** This library with functions of {@code file} in place of its own. */
  NativeLibrary withCandidate(Path file) {
    return new NativeLibrary(candidate(file).or(symbols));
  }

  private static SymbolLookup candidate(Path file) {
    try {
      return SymbolLookup.libraryLookup(file, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new KernelException(file + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  /** The kernels that {@code file} has functions of its own for. */
  List<String> replacedBy(Path file) {
    SymbolLookup candidate = candidate(file);
    return KERNELS.entrySet().stream()
        .filter(
            kernel ->
                candidate
                    .find(kernel.getKey())
                    // A function of this very library is found through the candidate's links.
                    .filter(f -> f.address() != symbols.find(kernel.getKey()).get().address())
                    .isPresent())
        .map(Map.Entry::getValue)
        .toList();
  }

  List<String> instructionSets() {
    MethodHandle names = new Binder(symbols).plain("onelabel_isas", FunctionDescriptor.of(ADDRESS));
    return List.of(callString(names).split(","));
  }

  private NativeLibrary(SymbolLookup symbols) {
    this.symbols = symbols;
    Binder binder = new Binder(symbols);
    MethodHandle version = binder.plain("onelabel_abi_version", FunctionDescriptor.of(JAVA_INT));
    int found = callInt(version);
    if (found != ABI_VERSION) {
      throw new KernelException("the library speaks ABI " + found + ", not " + ABI_VERSION);
    }
    create = binder.plain("onelabel_context_create_for", status(JAVA_INT, ADDRESS, ADDRESS));
    measureBounds =
        binder.plain("onelabel_measure_bounds", status(ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    destroy = binder.plain("onelabel_context_destroy", FunctionDescriptor.ofVoid(ADDRESS));
    isa = binder.plain("onelabel_isa", FunctionDescriptor.of(ADDRESS, ADDRESS));
    threads = binder.plain("onelabel_threads", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    lastError = binder.plain("onelabel_last_error", FunctionDescriptor.of(ADDRESS));
    prototypeCosine =
        binder.both(
            "onelabel_prototype_cosine",
            status(
                ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS,
                JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    upsampleArgmax =
        binder.both(
            "onelabel_upsample_argmax",
            status(
                ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    entropy =
        binder.both(
            "onelabel_entropy",
            status(
                ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS,
                ADDRESS, ADDRESS, ADDRESS));
    summary =
        binder.both(
            "onelabel_summary",
            status(
                ADDRESS,
                ADDRESS,
                JAVA_LONG,
                ADDRESS,
                JAVA_INT,
                JAVA_DOUBLE,
                JAVA_DOUBLE,
                ADDRESS,
                JAVA_INT,
                ADDRESS,
                ADDRESS,
                ADDRESS));
    knn =
        binder.both(
            "onelabel_knn",
            status(
                ADDRESS,
                ADDRESS,
                JAVA_LONG,
                JAVA_LONG,
                ADDRESS,
                JAVA_LONG,
                JAVA_LONG,
                JAVA_LONG,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                JAVA_INT,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT,
                JAVA_INT,
                ADDRESS,
                ADDRESS));
    device = symbols.find("onelabel_device_allocate").isPresent() ? deviceFunctions(binder) : null;
  }

  private static DeviceFunctions deviceFunctions(Binder binder) {
    return new DeviceFunctions(
        binder.plain("onelabel_device_allocate", status(ADDRESS, JAVA_LONG, ADDRESS)),
        binder.plain("onelabel_device_free", status(ADDRESS, ADDRESS)),
        binder.plain("onelabel_device_copy", status(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG)),
        binder.plain("onelabel_synchronise", status(ADDRESS)),
        binder.plain("onelabel_stream", FunctionDescriptor.of(ADDRESS, ADDRESS)),
        binder.plain("onelabel_device_name", FunctionDescriptor.of(ADDRESS, ADDRESS)),
        binder.plain("onelabel_event_record", status(ADDRESS, ADDRESS)),
        binder.plain("onelabel_event_wait", status(ADDRESS, ADDRESS)),
        binder.plain("onelabel_event_synchronise", status(ADDRESS)),
        binder.plain("onelabel_event_seconds", status(ADDRESS, ADDRESS, ADDRESS)),
        binder.plain("onelabel_event_destroy", FunctionDescriptor.ofVoid(ADDRESS)));
  }

  private static FunctionDescriptor status(MemoryLayout... arguments) {
    return FunctionDescriptor.of(JAVA_INT, arguments);
  }

  private record Binder(SymbolLookup symbols) {
    MethodHandle plain(String name, FunctionDescriptor descriptor) {
      return bind(name, descriptor);
    }

    Function both(String name, FunctionDescriptor descriptor) {
      return new Function(
          bind(name, descriptor), bind(name, descriptor, Linker.Option.critical(true)));
    }

    private MethodHandle bind(
        String name, FunctionDescriptor descriptor, Linker.Option... options) {
      MemorySegment symbol =
          symbols
              .find(name)
              .orElseThrow(() -> new KernelException("the library has no function " + name));
      return Linker.nativeLinker().downcallHandle(symbol, descriptor, options);
    }
  }

  /** Calls a function that returns an int. */
  static int callInt(MethodHandle handle, Object... arguments) {
    return (int) invoke(handle, arguments);
  }

  /** Calls a function that returns a C string. */
  static String callString(MethodHandle handle, Object... arguments) {
    MemorySegment text = (MemorySegment) invoke(handle, arguments);
    return text.reinterpret(4096).getString(0);
  }

  /** The one place where the binding's undeclared throwables end. */
  static Object invoke(MethodHandle handle, Object... arguments) {
    try {
      return handle.invokeWithArguments(List.of(arguments));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new KernelException("the call failed", e);
    }
  }
}
