package org.onelabel.volumes.format.dicom;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.onelabel.volumes.InputException;

/**
 * Reads the data set of a DICOM file up to its pixels (PS3.5, section 7; PS3.10, section 7). For
 * one use.
 */
final class DicomParser {
  static final int TRANSFER_SYNTAX = 0x00020010;
  private static final int PIXEL_DATA = 0x7fe00010;
  private static final int ITEM = 0xfffee000;
  private static final int ITEM_END = 0xfffee00d;
  private static final int SEQUENCE_END = 0xfffee0dd;
  private static final int PREAMBLE = 128;
  private static final long UNDEFINED = 0xffffffffL;
  private static final int MOST_NESTED = 16;

  /** No element that is used is longer; longer ones are passed over. */
  private static final int LONGEST_VALUE = 1 << 16;

  /** What is deflated unpacks to this at most: 2²⁹ bytes. */
  private static final int MOST_INFLATED = 1 << 29;

  private static final Set<String> LONG_VALUES =
      Set.of("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV");

  /** The sequences that are used; without a VR in the file, nothing else tells them. */
  private static final Set<Integer> SEQUENCES =
      Set.of(
          DicomTags.SHARED_GROUPS,
          DicomTags.FRAME_GROUPS,
          DicomTags.PLANE_POSITION,
          DicomTags.PLANE_ORIENTATION,
          DicomTags.PIXEL_MEASURES,
          DicomTags.PIXEL_VALUES);

  private final Path file;
  private List<ByteBuffer> pixels = List.of();

  /** What a file holds; {@code pixels} are one piece, or the fragments of packed frames. */
  record Content(TransferSyntax syntax, DicomElements elements, List<ByteBuffer> pixels) {}

  private DicomParser(Path file) {
    this.file = file;
  }

  /** Whether a file begins as a DICOM file does. */
  static boolean isMarked(byte[] start) {
    return start.length >= PREAMBLE + 4
        && new String(start, PREAMBLE, 4, StandardCharsets.ISO_8859_1).equals("DICM");
  }

  /** Parses the bytes of a file. */
  static Content parse(Path file, ByteBuffer bytes) {
    byte[] start = new byte[Math.min(bytes.remaining(), PREAMBLE + 4)];
    bytes.get(start);
    if (!isMarked(start)) {
      throw new InputException(file, "not a DICOM file: no DICM mark at byte 128");
    }
    try {
      return new DicomParser(file).content(bytes);
    } catch (BufferUnderflowException e) {
      throw new InputException(file, "the file ends too early (truncated)", e);
    }
  }

  private Content content(ByteBuffer bytes) {
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    DicomElements meta = new DicomElements(file, ByteOrder.LITTLE_ENDIAN);
    while (bytes.remaining() >= 8 && bytes.getShort(bytes.position()) == 2) {
      element(bytes, meta, true, 0);
    }
    TransferSyntax syntax =
        TransferSyntax.of(
            file,
            meta.text(TRANSFER_SYNTAX)
                .orElseThrow(() -> new InputException(file, "names no transfer syntax")));
    ByteBuffer data = syntax == TransferSyntax.DEFLATED ? inflated(bytes) : bytes.slice();
    data.order(
        syntax == TransferSyntax.EXPLICIT_BIG ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    DicomElements elements = new DicomElements(file, data.order());
    while (pixels.isEmpty() && data.remaining() >= 8) {
      element(data, elements, syntax != TransferSyntax.IMPLICIT_LITTLE, 0);
    }
    return new Content(syntax, elements, pixels);
  }

  private static int tag(ByteBuffer data) {
    return (data.getShort() & 0xffff) << 16 | (data.getShort() & 0xffff);
  }

  private void element(ByteBuffer data, DicomElements into, boolean explicit, int depth) {
    int tag = tag(data);
    if (tag == ITEM || tag == ITEM_END || tag == SEQUENCE_END) {
      throw new InputException(file, "its data set is broken: an item outside a sequence");
    }
    String type = explicit ? text(data, 2) : "";
    long length;
    if (!explicit) {
      length = data.getInt() & UNDEFINED;
    } else if (LONG_VALUES.contains(type)) {
      data.getShort();
      length = data.getInt() & UNDEFINED;
    } else {
      length = data.getShort() & 0xffff;
    }
    if (tag == PIXEL_DATA && depth == 0) {
      pixels = length == UNDEFINED ? fragments(data) : List.of(taken(data, length));
    } else if (type.equals("SQ") || length == UNDEFINED || SEQUENCES.contains(tag)) {
      // An unknown element of undefined length is a sequence without VRs (PS3.5, 6.2.2).
      into.put(tag, sequence(data, length, explicit && !type.equals("UN"), depth + 1));
    } else {
      ByteBuffer value = taken(data, length);
      byte[] bytes = new byte[length > LONGEST_VALUE ? 0 : (int) length];
      value.get(bytes);
      into.put(tag, bytes);
    }
  }

  private List<DicomElements> sequence(ByteBuffer data, long length, boolean explicit, int depth) {
    if (depth > MOST_NESTED) {
      throw new InputException(file, "its sequences are nested too deeply");
    }
    List<DicomElements> items = new ArrayList<>();
    boolean open = length == UNDEFINED;
    ByteBuffer inside = open ? data : taken(data, length);
    while (inside.remaining() >= 8) {
      int tag = tag(inside);
      long size = inside.getInt() & UNDEFINED;
      if (tag == SEQUENCE_END && open) {
        return items;
      }
      if (tag != ITEM) {
        throw new InputException(file, "its data set is broken: a sequence without items");
      }
      items.add(item(inside, size, explicit, depth));
    }
    if (open) {
      throw new BufferUnderflowException();
    }
    return items;
  }

  private DicomElements item(ByteBuffer data, long length, boolean explicit, int depth) {
    DicomElements item = new DicomElements(file, data.order());
    boolean open = length == UNDEFINED;
    ByteBuffer inside = open ? data : taken(data, length);
    while (inside.remaining() >= 8) {
      if (open) {
        int at = inside.position();
        if (tag(inside) == ITEM_END) {
          inside.getInt();
          return item;
        }
        inside.position(at);
      }
      element(inside, item, explicit, depth);
    }
    if (open) {
      throw new BufferUnderflowException();
    }
    return item;
  }

  /** Packed pixels; the first item is a table of offsets, which is not needed. */
  private List<ByteBuffer> fragments(ByteBuffer data) {
    List<ByteBuffer> fragments = new ArrayList<>();
    for (int tag = tag(data); tag == ITEM; tag = tag(data)) {
      fragments.add(taken(data, data.getInt() & UNDEFINED));
    }
    if (fragments.size() < 2) {
      throw new InputException(file, "has no pixels");
    }
    return fragments.subList(1, fragments.size());
  }

  private static ByteBuffer taken(ByteBuffer data, long length) {
    if (length > data.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer taken = data.slice(data.position(), (int) length).order(data.order());
    data.position(data.position() + (int) length);
    return taken;
  }

  private static String text(ByteBuffer data, int length) {
    byte[] bytes = new byte[length];
    data.get(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private ByteBuffer inflated(ByteBuffer packed) {
    byte[] all = new byte[Math.clamp(8L * packed.remaining(), 1 << 16, MOST_INFLATED)];
    int size = 0;
    try (Inflater inflater = new Inflater(true)) {
      inflater.setInput(packed);
      while (!inflater.finished()) {
        int read = inflater.inflate(all, size, all.length - size);
        size += read;
        if (read == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          throw new BufferUnderflowException();
        }
        if (size == all.length && !inflater.finished()) {
          if (size >= MOST_INFLATED) {
            throw new InputException(file, "unpacks to more than " + MOST_INFLATED + " bytes");
          }
          all = java.util.Arrays.copyOf(all, (int) Math.min(2L * size, MOST_INFLATED));
        }
      }
    } catch (DataFormatException e) {
      throw new InputException(file, "broken deflated data: " + e.getMessage(), e);
    }
    return ByteBuffer.wrap(all, 0, size).slice();
  }
}
