package org.onelabel.networks.torchscript;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The pickle of a module: {@code __torch__.name} made without arguments, and its state. A parameter
 * is built as PyTorch's own pickles build one, from a storage that is a file of the archive.
 */
final class ModulePickle {
  /** Of no constants. */
  static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private static final int PROTOCOL = 0x80;
  private static final int NEW_OBJECT = 0x81;
  private static final int TRUE = 0x88;
  private static final int FALSE = 0x89;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private ModulePickle() {}

  static byte[] of(ScriptArchive module) {
    ModulePickle pickle = new ModulePickle();
    pickle.write(module);
    return pickle.out.toByteArray();
  }

  private void write(ScriptArchive module) {
    out.write(PROTOCOL);
    out.write(2);
    global("__torch__", module.name());
    out.write(')');
    out.write(NEW_OBJECT);
    out.write('}');
    out.write('(');
    text("training");
    out.write(module.training() ? TRUE : FALSE);
    for (int i = 0; i < module.parameters().size(); i++) {
      text(module.parameters().get(i).name());
      parameter(module.parameters().get(i), Integer.toString(i));
    }
    out.write('u');
    out.write('b');
    out.write('.');
  }

  /** {@code _rebuild_tensor_v2(storage, offset, sizes, strides, requires_grad, hooks)}. */
  private void parameter(ScriptParameter parameter, String key) {
    global("torch._utils", "_rebuild_tensor_v2");
    out.write('(');
    out.write('(');
    text("storage");
    global("torch", "FloatStorage");
    text(key);
    text("cpu");
    integer(parameter.size());
    out.write('t');
    out.write('Q');
    integer(0);
    integers(parameter.shape());
    integers(strides(parameter.shape()));
    out.write(TRUE);
    global("collections", "OrderedDict");
    out.write(')');
    out.write('R');
    out.write('t');
    out.write('R');
  }

  /** Of row-major values. */
  private static List<Integer> strides(List<Integer> shape) {
    Integer[] strides = new Integer[shape.size()];
    int next = 1;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      strides[axis] = next;
      next *= shape.get(axis);
    }
    return List.of(strides);
  }

  private void global(String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    out.writeBytes(littleEndian(bytes.length));
    out.writeBytes(bytes);
  }

  private void integer(int value) {
    out.write('J');
    out.writeBytes(littleEndian(value));
  }

  private void integers(List<Integer> values) {
    out.write('(');
    values.forEach(this::integer);
    out.write('t');
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
