package org.onelabel.networks.weights;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.Unpickler;

/**
 * The pickle of a checkpoint. Only the instructions that {@code torch.save} needs are followed, and
 * only the names in {@link #ALLOWED} are known: another name is refused before anything is made.
 * What is made are maps, lists, numbers, text, and {@link View}s of tensors.
 */
final class StatePickle extends Unpickler {

  /** Where the values of tensors lie, not read yet. */
  record Storage(Tensor.Type type, String key) {}

  /** A tensor as a part of a storage; offset and strides in elements. */
  record View(Storage storage, long offset, List<Integer> shape, List<Integer> strides) {

    boolean isContiguous() {
      int expected = 1;
      for (int i = shape.size() - 1; i >= 0; i--) {
        if (shape.get(i) != 1 && strides.get(i) != expected) {
          return false;
        }
        expected *= shape.get(i);
      }
      return true;
    }
  }

  /** Stands for things of no interest, such as the settings a training was started with. */
  private enum Ignored implements IObjectConstructor {
    IGNORED;

    @Override
    public Object construct(Object[] arguments) {
      return this;
    }
  }

  private static final IObjectConstructor DICT = _ -> new LinkedHashMap<>();

  private static final Map<String, Object> ALLOWED =
      Map.ofEntries(
          Map.entry("collections.OrderedDict", DICT),
          Map.entry("torch._utils._rebuild_tensor_v2", (IObjectConstructor) StatePickle::view),
          Map.entry("torch._utils._rebuild_parameter", (IObjectConstructor) a -> a[0]),
          Map.entry("torch.FloatStorage", Tensor.Type.F32),
          Map.entry("torch.DoubleStorage", Tensor.Type.F64),
          Map.entry("torch.HalfStorage", Tensor.Type.F16),
          Map.entry("torch.BFloat16Storage", Tensor.Type.BF16),
          Map.entry("torch.LongStorage", Tensor.Type.I64),
          Map.entry("torch.IntStorage", Tensor.Type.I32),
          Map.entry("torch.ByteStorage", Tensor.Type.U8),
          Map.entry("torch.BoolStorage", Tensor.Type.U8),
          Map.entry("torch.Size", Ignored.IGNORED),
          Map.entry("torch.device", Ignored.IGNORED),
          Map.entry("argparse.Namespace", Ignored.IGNORED),
          Map.entry("numpy.core.multiarray.scalar", Ignored.IGNORED),
          Map.entry("numpy._core.multiarray.scalar", Ignored.IGNORED),
          Map.entry("numpy.dtype", Ignored.IGNORED),
          Map.entry("_codecs.encode", Ignored.IGNORED));

  /** Instructions that only make, keep or gather values. */
  private static final Set<Short> PLAIN =
      Set.of(
          Opcodes.PROTO,
          Opcodes.MARK,
          Opcodes.EMPTY_LIST,
          Opcodes.EMPTY_TUPLE,
          Opcodes.TUPLE,
          Opcodes.TUPLE1,
          Opcodes.TUPLE2,
          Opcodes.TUPLE3,
          Opcodes.BINPUT,
          Opcodes.LONG_BINPUT,
          Opcodes.BINGET,
          Opcodes.LONG_BINGET,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.BINFLOAT,
          Opcodes.LONG1,
          Opcodes.NEWTRUE,
          Opcodes.NEWFALSE,
          Opcodes.NONE,
          Opcodes.REDUCE,
          Opcodes.NEWOBJ,
          Opcodes.APPEND,
          Opcodes.APPENDS,
          Opcodes.BINPERSID,
          Opcodes.STOP);

  private final byte[] bytes;

  StatePickle(byte[] bytes) {
    this.bytes = bytes;
  }

  /** What the pickle holds; a broken or a forbidden one is an {@link IOException}. */
  Object read() throws IOException {
    try {
      return load(new ByteArrayInputStream(bytes));
    } catch (RuntimeException e) {
      // The library meets broken pickles with exceptions of every kind.
      throw new IOException("data.pkl is damaged: " + e.getMessage(), e);
    }
  }

  @Override
  protected Object dispatch(short instruction) throws IOException {
    if (PLAIN.contains(instruction)) {
      return super.dispatch(instruction);
    }
    switch (instruction) {
      case Opcodes.BINUNICODE -> {
        requireText();
        return super.dispatch(instruction);
      }
      case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
      case Opcodes.GLOBAL -> stack.add(named(line() + "." + line()));
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        put(List.of(stack.pop(), value));
      }
      case Opcodes.SETITEMS -> put(new ArrayList<>(stack.pop_all_since_marker()));
      // Attributes of dicts are of no interest.
      case Opcodes.BUILD -> stack.pop();
      default -> throw new IOException("data.pkl holds the instruction " + instruction);
    }
    return NO_RETURN_VALUE;
  }

  private static Object named(String name) throws IOException {
    Object known = ALLOWED.get(name);
    if (known == null) {
      throw new IOException("data.pkl names " + name + ", which no checkpoint of weights needs");
    }
    return known;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = input.read(); c != '\n'; c = input.read()) {
      if (c < 0) {
        throw new IOException("data.pkl ends within a name");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  /** Refuses text that is longer than what is left, before room is made for it. */
  private void requireText() throws IOException {
    input.mark(Integer.BYTES);
    long length = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      length |= (input.read() & 0xFFL) << (8 * i);
    }
    if (length > input.available()) {
      throw new IOException("data.pkl holds text of " + length + " bytes");
    }
    input.reset();
  }

  /** Puts pairs of keys and values into the dict on the stack. */
  private void put(List<Object> pairs) throws IOException {
    if (!(stack.peek() instanceof Map<?, ?>)) {
      // Items of something that is ignored.
      return;
    }
    @SuppressWarnings("unchecked") // every map on the stack was made here
    Map<Object, Object> map = (Map<Object, Object>) stack.peek();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      Object key = pairs.get(i);
      // Containers as keys could refer to themselves.
      if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
        throw new IOException("data.pkl holds a dict whose key is no text or number");
      }
      map.put(key, pairs.get(i + 1));
    }
  }

  @Override
  protected Object persistentLoad(Object id) {
    Object[] parts = (Object[]) id;
    if (!"storage".equals(parts[0])) {
      throw new IllegalArgumentException("no storage");
    }
    return new Storage((Tensor.Type) parts[1], (String) parts[2]);
  }

  private static View view(Object[] arguments) {
    List<Integer> shape = sides(arguments[2]);
    List<Integer> strides = sides(arguments[3]);
    if (shape.size() != strides.size()) {
      throw new IllegalArgumentException("shape and strides differ");
    }
    return new View((Storage) arguments[0], ((Number) arguments[1]).longValue(), shape, strides);
  }

  private static List<Integer> sides(Object tuple) {
    List<Integer> sides = new ArrayList<>();
    for (Object side : (Object[]) tuple) {
      int value = Math.toIntExact(((Number) side).longValue());
      if (value < 0) {
        throw new IllegalArgumentException("a side of " + value);
      }
      sides.add(value);
    }
    return sides;
  }
}
