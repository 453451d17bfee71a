package org.onelabel.networks.sam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.onelabel.networks.GoldenCase.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.encoder.DenseEncoder;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.networks.weights.Weights;

class SamMed3dGoldenTest {
  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @CsvSource({
    "sam_med3d_window3_small,safetensors",
    "sam_med3d_window3,safetensors",
    "sam_med3d_window14,safetensors",
    "sam_med3d_window14,pth"
  })
  void featuresEmbeddingsMasksAndQualityArePublishedOnes(String name, String form) {
    Safetensors golden = GoldenCase.open(name);
    Map<String, Tensor> weights =
        form.equals("pth") ? GoldenCase.checkpoint(name) : GoldenCase.weights(name).tensors();
    try (SamMed3d network = SamMed3d.of(weights, ComputeDevice.cpu());
        NDManager step = network.manager().newSubManager()) {
      Tensor image = golden.get("image");
      DenseEncoder.Features encoded = network.encode(image.floats());
      assertClose(
          "features", golden.get("spatial_features").floats(), encoded.channels(), TOLERANCE);
      NDArray features = network.features(array(step, image));
      NDArray global = features.reshape(network.dimension(), -1).mean(new int[] {1});
      assertClose(
          "global feature",
          golden.get("global_feature").floats(),
          global.div(global.square().sum().sqrt()).toFloatArray(),
          TOLERANCE);
      NDArray sparse =
          network.sparse(
              array(step, golden.get("points")),
              array(step, golden.get("point_labels")).toType(DataType.INT64, false));
      assertClose(
          "sparse", golden.get("sparse_embeddings").floats(), sparse.toFloatArray(), TOLERANCE);
      NDArray dense = network.dense(array(step, golden.get("mask_prompt")));
      assertClose(
          "dense", golden.get("dense_embeddings").floats(), dense.toFloatArray(), TOLERANCE);
      assertClose(
          "grid code",
          golden.get("dense_pe").floats(),
          network.places(step).toFloatArray(),
          TOLERANCE);
      assertClose(
          "mask",
          golden.get("low_res_masks").floats(),
          network.masks(features, sparse, dense).get(":, :1").toFloatArray(),
          TOLERANCE);
      assertClose(
          "quality",
          golden.get("iou").floats(),
          network.quality(features, sparse, dense).get(":, :1").toFloatArray(),
          TOLERANCE);
    }
  }

  @Test
  void theEmbeddingOfNoMaskEndsWithItsStep() {
    Map<String, Tensor> weights = GoldenCase.weights("sam_med3d_window3_small").tensors();
    try (SamMed3d network = SamMed3d.of(weights, ComputeDevice.cpu())) {
      NDManager owner = network.weights().all().getFirst().getManager();
      int before = owner.getManagedArrays().size();
      for (int n = 0; n < 5; n++) {
        try (NDManager step = network.manager().newSubManager()) {
          assertTrue(network.denseOfNoMask(step).size() > 0);
        }
      }
      assertEquals(before, owner.getManagedArrays().size());
    }
  }

  private static NDArray array(NDManager manager, Tensor tensor) {
    return manager.create(tensor.floats(), Weights.shape(tensor));
  }
}
