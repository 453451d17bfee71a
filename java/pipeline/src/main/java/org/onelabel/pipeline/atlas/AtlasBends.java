package org.onelabel.pipeline.atlas;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.framing.BendTensor;
import org.onelabel.pipeline.registration.frame.Bend;

/**
 * How far each place of a scan that lies in the frame is to be moved to lie where its like is in
 * each atlas. As a safetensors file: a tensor 3×X×Y×Z in frame voxels for each atlas, named by its
 * id. Immutable.
 *
 * @param bends by the ids of the atlases, in their order: sums over them are then always the same
 */
public record AtlasBends(SortedMap<String, Bend> bends) {
  public AtlasBends {
    bends = Collections.unmodifiableSortedMap(new TreeMap<>(bends));
  }

  /** As a file. */
  public Safetensors file() {
    Map<String, Tensor> tensors = new TreeMap<>();
    bends.forEach((id, bend) -> tensors.put(id, BendTensor.of(bend)));
    return new Safetensors(tensors, Map.of());
  }

  /** Reads a file. */
  public static AtlasBends of(Safetensors file) {
    SortedMap<String, Bend> bends = new TreeMap<>();
    file.tensors().forEach((id, tensor) -> bends.put(id, BendTensor.read(tensor)));
    return new AtlasBends(bends);
  }
}
