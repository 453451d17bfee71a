package org.onelabel.networks.torchscript;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A parameter of a module.
 *
 * @param name an attribute's
 * @param shape its sides
 * @param data float32, row-major, little-endian; shared, and not written to
 */
public record ScriptParameter(String name, List<Integer> shape, ByteBuffer data) {
  public ScriptParameter {
    shape = List.copyOf(shape);
    if (!name.matches("[A-Za-z_]\\w*")) {
      throw new IllegalArgumentException(name + " is no name of an attribute");
    }
    if (data.remaining() != Float.BYTES * size(shape)) {
      throw new IllegalArgumentException(data.remaining() + " bytes of shape " + shape);
    }
  }

  private static int size(List<Integer> shape) {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /** The number of its values. */
  int size() {
    return size(shape);
  }
}
