package org.onelabel.pipeline.features;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.sam.SamMed3d;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.networks.weights.WeightsFile;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.file.FileName;

/** Files of network weights: what they hold, and how they get into the safetensors form. */
public final class Checkpoint {
  private Checkpoint() {}

  /** Reads a checkpoint (.pth, .pt, .safetensors); nothing in it is run. */
  public static Safetensors read(Path file) {
    try {
      return WeightsFile.read(file);
    } catch (NoSuchFileException e) {
      throw new InputException(file, "no such file", e);
    } catch (IOException e) {
      throw new InputException(file, e.getMessage(), e);
    }
  }

  /** SAM-Med3D with the weights in a file. Its owner closes it. */
  public static SamMed3d samMed3d(Path file, ComputeDevice device) {
    try {
      return SamMed3d.of(read(file).tensors(), device);
    } catch (IllegalArgumentException e) {
      throw new InputException(file, e.getMessage(), e);
    }
  }

  /** The weights of SAM-Med3D in a file, by their published names. */
  public static Map<String, Tensor> samMed3dWeights(Path file, ComputeDevice device) {
    try (SamMed3d network = samMed3d(file, device)) {
      return network.save();
    }
  }

  /** What a checkpoint holds: its network, sizes, every tensor. */
  public static List<String> inspect(Path file) {
    Safetensors content = read(file);
    List<String> lines = new ArrayList<>();
    lines.add("network      " + network(content));
    content.metadata().forEach((k, v) -> lines.add("%-12s %s".formatted(k, v.replace("\n", ", "))));
    long values = content.tensors().values().stream().mapToLong(t -> t.size()).sum();
    lines.add("tensors      %d, %,d values".formatted(content.tensors().size(), values));
    content
        .tensors()
        .forEach((name, t) -> lines.add("%-64s %s %s".formatted(name, t.type(), t.shape())));
    return lines;
  }

  private static String network(Safetensors content) {
    try (SamMed3d network = SamMed3d.of(content.tensors(), ComputeDevice.cpu())) {
      int[] sides = network.inputSides();
      return "SAM-Med3D: %d×%d×%d voxels to %d features"
          .formatted(sides[0], sides[1], sides[2], network.dimension());
    } catch (IllegalArgumentException _) {
      return content.metadata().getOrDefault("network", "unknown");
    }
  }

  /** Writes the weights of {@code from} to a safetensors file, which must not be there yet. */
  public static void convert(Path from, Path to) {
    if (Files.exists(to)) {
      throw new InputException(to, "is there already");
    }
    if (!FileName.of(to).endsWith(".safetensors")) {
      throw new InputException(to, "must end in .safetensors");
    }
    Safetensors content = read(from);
    AtomicFile.write(to, content::writeTo);
  }
}
