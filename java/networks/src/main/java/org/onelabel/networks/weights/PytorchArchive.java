package org.onelabel.networks.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A checkpoint as {@code torch.save} writes it: an uncompressed zip of {@code data.pkl} and one
 * entry for each storage. What is read is at most as large as the file.
 */
final class PytorchArchive {
  private static final List<String> WRAPPERS = List.of("model_state_dict", "state_dict", "model");

  private final ZipFile zip;
  private final String folder;
  private final Map<String, ByteBuffer> storages = new HashMap<>();
  private long budget;

  private PytorchArchive(ZipFile zip, String folder, long budget) {
    this.zip = zip;
    this.folder = folder;
    this.budget = budget;
  }

  /** The state dict in a file. */
  static Safetensors read(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String pickle =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith("data.pkl"))
              .findFirst()
              .orElseThrow(() -> new IOException("is a zip without data.pkl: no checkpoint"));
      String folder = pickle.substring(0, pickle.length() - "data.pkl".length());
      if (zip.stream().anyMatch(entry -> entry.getName().startsWith(folder + "code/"))) {
        throw new IOException(
            "is a TorchScript module, not a checkpoint: use it with encoder.kind=file");
      }
      long size = file.toFile().length();
      return new PytorchArchive(zip, folder, size).read();
    } catch (IllegalArgumentException e) {
      // A name in the zip that is no text.
      throw new IOException("is a damaged zip: " + e.getMessage(), e);
    }
  }

  private Safetensors read() throws IOException {
    if (zip.getEntry(folder + "byteorder") != null
        && !new String(bytes("byteorder"), StandardCharsets.US_ASCII).equals("little")) {
      throw new IOException("was written by a big-endian machine");
    }
    Object root = new StatePickle(bytes("data.pkl")).read();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : stateDict(root).entrySet()) {
      if (entry.getKey() instanceof String name && entry.getValue() instanceof StatePickle.View v) {
        tensors.put(name, tensor(name, v));
      }
    }
    if (tensors.isEmpty()) {
      throw new IOException("holds no tensors by name");
    }
    return new Safetensors(tensors, Map.of());
  }

  /** The dict of tensors, which may be wrapped. */
  private static Map<?, ?> stateDict(Object root) throws IOException {
    if (root instanceof Map<?, ?> map) {
      for (String wrapper : WRAPPERS) {
        if (map.get(wrapper) instanceof Map<?, ?> inner) {
          return inner;
        }
      }
      return map;
    }
    throw new IOException("holds no dict of tensors");
  }

  private Tensor tensor(String name, StatePickle.View view) throws IOException {
    Tensor.Type type = view.storage().type();
    ByteBuffer storage = storage(view.storage().key());
    long elements = storage.capacity() / type.bytes;
    long count = 1;
    long last = view.offset();
    for (int i = 0; i < view.shape().size(); i++) {
      int side = view.shape().get(i);
      count = Math.min(count * side, Integer.MAX_VALUE);
      last += Math.max(0, side - 1L) * view.strides().get(i);
    }
    if (view.offset() < 0 || count > elements || (count > 0 && last >= elements)) {
      throw new IOException(name + " reaches beyond its storage");
    }
    ByteBuffer data;
    if (view.isContiguous()) {
      int bytes = (int) count * type.bytes;
      data = storage.slice(count == 0 ? 0 : (int) view.offset() * type.bytes, bytes);
    } else {
      data = ByteBuffer.allocate((int) count * type.bytes);
      gather(view, storage, type.bytes, data);
    }
    return new Tensor(type, view.shape(), data.order(ByteOrder.LITTLE_ENDIAN));
  }

  /** Copies elements in the order of their indices. */
  private static void gather(StatePickle.View view, ByteBuffer storage, int bytes, ByteBuffer to) {
    int[] index = new int[view.shape().size()];
    while (to.hasRemaining()) {
      long at = view.offset();
      for (int i = 0; i < index.length; i++) {
        at += (long) index[i] * view.strides().get(i);
      }
      to.put(storage.slice((int) at * bytes, bytes));
      for (int i = index.length - 1; i >= 0 && ++index[i] == view.shape().get(i); i--) {
        index[i] = 0;
      }
    }
    to.flip();
  }

  private ByteBuffer storage(String key) throws IOException {
    ByteBuffer known = storages.get(key);
    if (known == null) {
      known = ByteBuffer.wrap(bytes("data/" + key));
      storages.put(key, known);
    }
    return known;
  }

  private byte[] bytes(String name) throws IOException {
    ZipEntry entry = zip.getEntry(folder + name);
    if (entry == null) {
      throw new IOException("lacks the entry " + name);
    }
    // Never compressed by PyTorch; entries that share bytes could still add up to more.
    if (entry.getMethod() != ZipEntry.STORED || entry.getSize() > budget || entry.getSize() < 0) {
      throw new IOException("the entry " + name + " is larger than the file allows");
    }
    budget -= entry.getSize();
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes((int) Math.min(entry.getSize(), Integer.MAX_VALUE - 8));
      if (bytes.length != entry.getSize()) {
        throw new IOException("the entry " + name + " ends early");
      }
      return bytes;
    }
  }
}
