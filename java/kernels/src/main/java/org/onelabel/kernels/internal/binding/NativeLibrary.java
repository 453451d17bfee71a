package org.onelabel.kernels.internal.binding;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.kernels.KernelException;

/** A library that speaks the ABI of {@code onelabel.h}, loaded for the life of the process. */
public final class NativeLibrary {
  /** The ABI that is spoken here. */
  public static final int ABI_VERSION = 1;

  private static final String LAST_ERROR = "onelabel_last_error";

  private static final Map<String, String> KERNELS =
      Map.of(
          "onelabel_prototype_cosine", "prototype-cosine",
          "onelabel_upsample_argmax", "upsample-argmax",
          "onelabel_entropy", "entropy",
          "onelabel_knn", "knn",
          "onelabel_range_search", "range-search",
          "onelabel_summary", "summary");

  private final Symbols symbols;
  private final ContextFunctions context;
  private final KernelFunctions kernels;
  private final SearchFunctions searches;
  private final DatabaseFunctions databases;
  private final Optional<DeviceFunctions> device;

  private NativeLibrary(Symbols symbols) {
    this.symbols = symbols;
    context = new ContextFunctions(symbols);
    int found = context.abiVersion();
    if (found != ABI_VERSION) {
      throw new KernelException("the library speaks ABI " + found + ", not " + ABI_VERSION);
    }
    kernels = new KernelFunctions(symbols);
    searches = new SearchFunctions(symbols);
    databases = new DatabaseFunctions(symbols);
    device =
        symbols.has("onelabel_device_allocate")
            ? Optional.of(new DeviceFunctions(symbols))
            : Optional.empty();
  }

  /**
   * Loads a library; its static initialisers run.
   *
   * @throws KernelException where it cannot be loaded, or speaks another ABI
   */
  static NativeLibrary load(Path file) {
    return new NativeLibrary(Symbols.load(file));
  }

  /**
   * This library with the kernels of {@code file} in place of its own, and what it says of their
   * failures.
   */
  public NativeLibrary withCandidate(Path file) {
    Symbols candidate = Symbols.load(file);
    return new NativeLibrary(
        new Symbols(
            name ->
                KERNELS.containsKey(name) || name.equals(LAST_ERROR)
                    ? candidate.lookup().or(symbols.lookup()).find(name)
                    : symbols.lookup().find(name)));
  }

  /** The kernels that {@code other} has functions of its own for. */
  public List<String> replacedBy(NativeLibrary other) {
    return KERNELS.entrySet().stream()
        .filter(
            kernel ->
                // A function of this very library is found through the candidate's links.
                other.symbols.find(kernel.getKey()).address()
                    != symbols.find(kernel.getKey()).address())
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  /** The instruction sets that this machine has, the best first. */
  public List<String> instructionSets() {
    return List.of(context.isas().split(",", -1));
  }

  /** Its contexts. */
  public ContextFunctions context() {
    return context;
  }

  /** Its kernels but for the searches. */
  public KernelFunctions kernels() {
    return kernels;
  }

  /** Its searches. */
  public SearchFunctions searches() {
    return searches;
  }

  /** Its prepared databases. */
  public DatabaseFunctions databases() {
    return databases;
  }

  /** The functions of {@code onelabel_cuda.h}; none in the CPU's library. */
  public Optional<DeviceFunctions> device() {
    return device;
  }
}
