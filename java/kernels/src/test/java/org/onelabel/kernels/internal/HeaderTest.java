package org.onelabel.kernels.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.kernels.Vote;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.kernels.internal.binding.LibraryFile;
import org.onelabel.kernels.internal.binding.NativeLibrary;
import org.onelabel.kernels.internal.binding.Status;

/** The numbers that cross the boundary are those of the header, all of them. */
class HeaderTest {
  private static final Pattern ENUM = Pattern.compile("enum\\b[^{;]*\\{([^}]*)\\}");
  private static final Pattern CONSTANT = Pattern.compile("ONELABEL_(\\w+)\\s*=\\s*(\\d+)");
  private static final Pattern VERSION = Pattern.compile("ONELABEL_ABI_VERSION (\\d+)");

  private final Map<String, Integer> ours = new HashMap<>();

  private <E extends Enum<E>> void add(E[] constants, ToIntFunction<E> code, String suffix) {
    for (E constant : constants) {
      ours.put(constant.name() + suffix, code.applyAsInt(constant));
    }
  }

  @Test
  void everyCodeIsTheHeaders() throws IOException {
    String header = Files.readString(LibraryFile.header());
    Map<String, Integer> theirs = new HashMap<>();
    Matcher declaration = ENUM.matcher(header);
    while (declaration.find()) {
      Matcher constant = CONSTANT.matcher(declaration.group(1));
      while (constant.find()) {
        theirs.put(constant.group(1), Integer.valueOf(constant.group(2)));
      }
    }
    add(Status.values(), Status::code, "");
    add(ElementType.values(), ElementType::code, "");
    add(FeatureMatrix.Layout.values(), FeatureMatrix.Layout::code, "");
    add(NearestNeighbours.Metric.values(), NearestNeighbours.Metric::code, "");
    add(VoxelEntropy.Kind.values(), VoxelEntropy.Kind::code, "");
    add(UpsampleArgmax.Interpolation.values(), UpsampleArgmax.Interpolation::code, "");
    add(Vote.Weighting.values(), Vote.Weighting::code, "");
    add(Vote.LabelKind.values(), Vote.LabelKind::code, "_LABELS");
    ours.put("NO_VOTE", NativeSearches.NO_VOTE);
    assertEquals(theirs, ours);
  }

  @Test
  void theVersionIsTheHeaders() throws IOException {
    Matcher version = VERSION.matcher(Files.readString(LibraryFile.header()));
    assertEquals(true, version.find());
    assertEquals(NativeLibrary.ABI_VERSION, Integer.parseInt(version.group(1)));
  }
}
