package org.onelabel.networks.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file of ONNX: a graph with its constants, and texts.
 *
 * @param metadata texts by their keys
 */
public record OnnxModel(OnnxGraph graph, Map<String, String> metadata) {
  /** Of ONNX 1.8 (2020), the first whose Resize needs no region. */
  private static final int OPERATOR_SET = 13;

  private static final Version FORMAT = Version.IR_VERSION_2020_5_8;

  /** Of a message of protocol buffers, less what a graph has beside its constants at the most. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (1L << 20);

  public OnnxModel {
    metadata = Map.copyOf(metadata);
  }

  /**
   * Writes the file; the stream stays open. Constants of more than 2 GB are an {@link IOException}.
   */
  public void writeTo(OutputStream out) throws IOException {
    if (graph.bytes() > MOST_BYTES) {
      throw new IOException(
          "%d bytes of weights are more than ONNX holds".formatted(graph.bytes()));
    }
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(FORMAT.getNumber())
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
            .setProducerName("onelabel")
            .setGraph(graph.proto());
    new TreeMap<>(metadata)
        .forEach(
            (key, text) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(text)));
    model.build().writeTo(out);
  }
}
