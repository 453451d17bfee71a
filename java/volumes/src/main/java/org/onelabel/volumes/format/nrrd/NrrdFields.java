package org.onelabel.volumes.format.nrrd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.format.stored.HeaderText;

/**
 * The fields of a NRRD header, in text. As in teem, an unknown field and one that comes twice are
 * refused: a misspelt one may be what places the voxels.
 */
final class NrrdFields {
  private static final Pattern MAGIC = Pattern.compile("NRRD000[1-5]");
  private static final Pattern PART = Pattern.compile("\\([^)]*\\)|\"[^\"]*\"|[^\\s\"(]+");

  /** Older spellings, and short ones. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "datafile", "data file",
          "lineskip", "line skip",
          "byteskip", "byte skip",
          "blocksize", "block size",
          "axismins", "axis mins",
          "axismaxs", "axis maxs",
          "centers", "centerings",
          "oldmin", "old min",
          "oldmax", "old max",
          "sampleunits", "sample units");

  private static final Set<String> KNOWN =
      Set.of(
          ("dimension,type,block size,encoding,endian,content,min,max,old min,old max,data file,"
                  + "line skip,byte skip,number,sample units,sizes,spacings,thicknesses,axis mins,"
                  + "axis maxs,centerings,labels,units,kinds,space,space dimension,space units,"
                  + "space origin,space directions,measurement frame")
              .split(","));

  private final Path file;
  private final Map<String, String> values = new HashMap<>();

  /** Reads up to the empty line, or to the end of the file where the data are in another. */
  NrrdFields(Path file, HeaderText text) throws IOException {
    this.file = file;
    String magic = text.line().orElse("");
    if (!MAGIC.matcher(magic).matches()) {
      throw new InputException(file, "not a NRRD file: it does not begin with NRRD0001 to 5");
    }
    for (Optional<String> line = text.line();
        line.isPresent() && !line.get().isEmpty();
        line = text.line()) {
      add(line.get());
    }
  }

  private void add(String line) {
    if (line.startsWith("#")) {
      return;
    }
    int colon = line.indexOf(": ");
    int key = line.indexOf(":=");
    if (key >= 0 && (colon < 0 || key < colon)) {
      return; // what users note down in a file
    }
    if (colon < 0) {
      throw new InputException(file, "a line of the header is no field: " + shortened(line));
    }
    String written = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    String name = ALIASES.getOrDefault(written.replace(" ", ""), written);
    if (!KNOWN.contains(name)) {
      throw new InputException(file, "the header has an unknown field: " + shortened(written));
    }
    if (values.put(name, line.substring(colon + 2).strip()) != null) {
      throw new InputException(file, "the header has the field " + name + " twice");
    }
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String require(String name) {
    return get(name)
        .orElseThrow(() -> new InputException(file, "the header lacks the field " + name));
  }

  /** The parts of a field for each axis: vectors in brackets, words, quoted text unquoted. */
  Optional<List<String>> axes(String name, int count) {
    return get(name)
        .map(
            value -> {
              List<String> parts =
                  PART.matcher(value)
                      .results()
                      .map(match -> match.group().replace("\"", ""))
                      .toList();
              if (parts.size() != count) {
                throw new InputException(
                    file, "%s has %d parts, not %d".formatted(name, parts.size(), count));
              }
              return parts;
            });
  }

  long integer(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new InputException(file, "%s is %s, no whole number".formatted(name, text), e);
    }
  }

  double number(String name, String text) {
    try {
      return text.equalsIgnoreCase("nan") ? Double.NaN : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new InputException(file, "%s is %s, no number".formatted(name, text), e);
    }
  }

  /** A vector of three: {@code (1,0,0)}. */
  List<Double> vector(String name, String text) {
    if (text.startsWith("(") && text.endsWith(")")) {
      String[] parts = text.substring(1, text.length() - 1).split(",", -1);
      if (parts.length == 3) {
        return List.of(
            number(name, parts[0].strip()),
            number(name, parts[1].strip()),
            number(name, parts[2].strip()));
      }
    }
    throw new InputException(file, "%s has %s, no vector of three".formatted(name, text));
  }

  Path file() {
    return file;
  }

  InputException refused(String cause) {
    return new InputException(file, cause);
  }
}
