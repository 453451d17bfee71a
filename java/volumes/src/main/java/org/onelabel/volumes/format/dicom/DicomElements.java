package org.onelabel.volumes.format.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.volumes.InputException;

/** The elements of a data set, or of an item of a sequence, by their tags. */
final class DicomElements {
  private final Path file;
  private final ByteOrder order;
  private final Map<Integer, byte[]> values = new HashMap<>();
  private final Map<Integer, List<DicomElements>> sequences = new HashMap<>();

  DicomElements(Path file, ByteOrder order) {
    this.file = file;
    this.order = order;
  }

  void put(int tag, byte[] value) {
    values.putIfAbsent(tag, value);
  }

  void put(int tag, List<DicomElements> items) {
    sequences.putIfAbsent(tag, items);
  }

  boolean has(int tag) {
    return values.containsKey(tag) || sequences.containsKey(tag);
  }

  /** The first item of a sequence; empty where there is none. */
  Optional<DicomElements> item(int tag) {
    return items(tag).stream().findFirst();
  }

  List<DicomElements> items(int tag) {
    return sequences.getOrDefault(tag, List.of());
  }

  /** A text without the padding at its end; empty where it is missing or says nothing. */
  Optional<String> text(int tag) {
    return Optional.ofNullable(values.get(tag))
        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', ' ').strip())
        .filter(text -> !text.isEmpty());
  }

  /** Decimal numbers in text, as many as there must be; empty where they are missing. */
  Optional<List<Double>> decimals(int tag, String name, int count) {
    return text(tag)
        .map(
            text -> {
              try {
                List<Double> numbers =
                    Arrays.stream(text.split("\\\\", -1))
                        .map(part -> Double.parseDouble(part.strip()))
                        .toList();
                if (numbers.size() == count && numbers.stream().allMatch(Double::isFinite)) {
                  return numbers;
                }
              } catch (NumberFormatException _) {
                // Named below.
              }
              throw new InputException(
                  file, "%s is %s, not %d numbers".formatted(name, text, count));
            });
  }

  /** A short in binary without a sign; empty where it is missing. */
  Optional<Integer> unsigned(int tag) {
    return Optional.ofNullable(values.get(tag))
        .filter(bytes -> bytes.length >= 2)
        .map(bytes -> ByteBuffer.wrap(bytes).order(order).getShort() & 0xffff);
  }

  int requireUnsigned(int tag, String name) {
    return unsigned(tag).orElseThrow(() -> new InputException(file, "has no " + name));
  }
}
