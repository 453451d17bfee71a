package org.onelabel.pipeline.export;

import java.util.Map;
import java.util.Optional;
import org.onelabel.networks.export.NetworkGraph;
import org.onelabel.networks.export.NetworkScript;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.volumes.file.AtomicFile;

/** Kinds of files that hold a network for other tools. */
public enum NetworkFormat {
  /** A TorchScript archive, for PyTorch. */
  TORCHSCRIPT("TorchScript", ".pt"),
  /** An ONNX model, for ONNX Runtime and others. */
  ONNX("ONNX", ".onnx");

  private final String text;
  private final String ending;

  NetworkFormat(String text, String ending) {
    this.text = text;
    this.ending = ending;
  }

  /** How names of its files end. */
  public String ending() {
    return ending;
  }

  /**
   * The file of a model's network; empty for a network of which none can be made.
   *
   * @param extra texts in the file, by their names
   */
  Optional<AtomicFile.Content> file(Model model, Map<String, String> extra) {
    return switch (this) {
      case TORCHSCRIPT ->
          NetworkScript.of(model.architecture(), model.weights(), extra)
              .map(archive -> archive::writeTo);
      case ONNX ->
          NetworkGraph.of(model.architecture(), model.weights(), extra)
              .map(network -> network::writeTo);
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
