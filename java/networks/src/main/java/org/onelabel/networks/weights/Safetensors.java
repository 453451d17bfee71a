package org.onelabel.networks.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A safetensors file: tensors by name, and text by name. Reading checks every offset against the
 * file before anything is used; a broken file is an {@link IOException} that says why.
 *
 * @param tensors in the order of the file
 * @param metadata free text the writer added
 */
public record Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
  private static final long LONGEST_HEADER = 100_000_000;

  /** The tensor of that name, which must be there. */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor named " + name + " in " + tensors.keySet());
    }
    return tensor;
  }

  /** Reads a file whole. */
  public static Safetensors read(Path file) throws IOException {
    WeightsFile.requireFile(file);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() < 8) {
      throw new IOException("not a safetensors file: only " + bytes.remaining() + " bytes");
    }
    long length = bytes.getLong();
    if (length < 2 || length > LONGEST_HEADER || length > bytes.remaining()) {
      throw new IOException("not a safetensors file: a header of " + length + " bytes");
    }
    byte[] text = new byte[(int) length];
    bytes.get(text);
    ByteBuffer data = bytes.slice();
    JsonNode header;
    try {
      header = new ObjectMapper().readTree(new String(text, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IOException("not a safetensors file: the header is no JSON", e);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (entry.getKey().equals("__metadata__")) {
        entry.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      } else {
        tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), data));
      }
    }
    return new Safetensors(tensors, metadata);
  }

  private static Tensor tensor(String name, JsonNode node, ByteBuffer data) throws IOException {
    Tensor.Type type;
    try {
      type = Tensor.Type.valueOf(node.path("dtype").asText());
    } catch (IllegalArgumentException e) {
      throw new IOException(name + " has the unknown type " + node.path("dtype"), e);
    }
    List<Integer> shape = new ArrayList<>();
    long size = type.bytes;
    for (JsonNode side : node.path("shape")) {
      if (!side.isInt() || side.asInt() < 0) {
        throw new IOException(name + " has the shape " + node.path("shape"));
      }
      shape.add(side.asInt());
      size = Math.min(size * side.asInt(), Integer.MAX_VALUE + 1L);
    }
    long from = node.path("data_offsets").path(0).asLong(-1);
    long to = node.path("data_offsets").path(1).asLong(-1);
    if (from < 0 || to < from || to > data.capacity() || to - from != size) {
      throw new IOException(
          "%s lies at %d…%d of %d bytes, and needs %d"
              .formatted(name, from, to, data.capacity(), size));
    }
    return new Tensor(type, shape, data.slice((int) from, (int) (to - from)));
  }

  /** Writes the file's bytes; the order of tensors is that of the map. */
  public void writeTo(OutputStream out) throws IOException {
    ObjectNode header = new ObjectMapper().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = header.putObject("__metadata__");
      new TreeMap<>(metadata).forEach(texts::put);
    }
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", tensor.type().name());
      tensor.shape().forEach(node.putArray("shape")::add);
      long end = offset + (long) tensor.size() * tensor.type().bytes;
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + 7) / 8 * 8;
    ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(padded).put(text);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    WritableByteChannel channel = Channels.newChannel(out);
    channel.write(start.flip());
    for (Tensor tensor : tensors.values()) {
      channel.write(tensor.data().duplicate());
    }
  }
}
