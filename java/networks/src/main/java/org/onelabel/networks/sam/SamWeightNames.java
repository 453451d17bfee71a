package org.onelabel.networks.sam;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.onelabel.networks.weights.Tensor;

/** The published names of SAM-Med3D's weights. */
final class SamWeightNames {
  static final String IMAGE = "image_encoder.";
  static final String PROMPT = "prompt_encoder.";
  private static final String DECODER = "mask_decoder.";
  private static final int DECODER_LAYERS = 2;
  private static final List<String> ATTENTION =
      List.of("q_proj.", "k_proj.", "v_proj.", "out_proj.");

  private SamWeightNames() {}

  /**
   * The weights of SAM-Med3D among {@code tensors}, without what stands before their published
   * names. Where one is missing or does not fit this is an {@link IllegalArgumentException}.
   */
  static Map<String, Tensor> own(Map<String, Tensor> tensors) {
    Map<String, Tensor> own = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          for (String part : List.of(IMAGE, PROMPT, DECODER)) {
            int at = name.indexOf(part);
            if (at == 0 || (at > 0 && name.charAt(at - 1) == '.')) {
              own.put(name.substring(at), tensor);
            }
          }
        });
    requireWhole(own);
    return own;
  }

  /** Refuses weights in which something is missing or does not fit. */
  private static void requireWhole(Map<String, Tensor> tensors) {
    List<String> needed = needed(tensors);
    List<String> missing = needed.stream().filter(name -> !tensors.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "the weights are not those of SAM-Med3D: %d of %d tensors are missing, %s first"
              .formatted(missing.size(), needed.size(), missing.getFirst()));
    }
    if (tensors.get(IMAGE + "pos_embed").shape().size() != 5
        || tensors.get(IMAGE + "patch_embed.proj.weight").shape().size() != 5) {
      throw new IllegalArgumentException("the weights are not those of SAM-Med3D: not in 3-D");
    }
  }

  /**
   * The names of all weights of a network with as many blocks as {@code tensors} has, 1 at least.
   */
  static List<String> needed(Map<String, Tensor> tensors) {
    List<String> needed = new ArrayList<>(List.of(IMAGE + "pos_embed"));
    needed.addAll(named(IMAGE + "patch_embed.proj.", "weight", "bias"));
    int blocks = 0;
    do {
      needed.addAll(block(blocks++));
    } while (tensors.containsKey(IMAGE + "blocks." + blocks + ".norm1.weight"));
    needed.addAll(neck());
    needed.addAll(pointWeights());
    needed.add(PROMPT + "no_mask_embed.weight");
    needed.addAll(maskWeights());
    needed.addAll(decoderWeights());
    return needed;
  }

  private static List<String> named(String prefix, String... names) {
    return Arrays.stream(names).map(name -> prefix + name).toList();
  }

  private static List<String> withBias(String prefix, List<String> names) {
    return names.stream()
        .flatMap(name -> Stream.of(prefix + name + "weight", prefix + name + "bias"))
        .toList();
  }

  static List<String> block(int b) {
    String prefix = IMAGE + "blocks." + b + ".";
    List<String> names = new ArrayList<>(withBias(prefix, List.of("norm1.")));
    names.addAll(named(prefix + "attn.", "rel_pos_d", "rel_pos_h", "rel_pos_w"));
    names.addAll(
        withBias(prefix, List.of("attn.qkv.", "attn.proj.", "norm2.", "mlp.lin1.", "mlp.lin2.")));
    return names;
  }

  static List<String> neck() {
    return named(
        IMAGE + "neck.", "0.weight", "1.weight", "1.bias", "2.weight", "3.weight", "3.bias");
  }

  static List<String> pointWeights() {
    return named(
        PROMPT,
        "pe_layer.positional_encoding_gaussian_matrix",
        "not_a_point_embed.weight",
        "point_embeddings.0.weight",
        "point_embeddings.1.weight");
  }

  static List<String> maskWeights() {
    return withBias(PROMPT + "mask_downscaling.", List.of("0.", "1.", "3.", "4.", "6."));
  }

  static List<String> decoderWeights() {
    List<String> names = new ArrayList<>(named(DECODER, "iou_token.weight", "mask_tokens.weight"));
    String transformer = DECODER + "transformer.";
    for (int layer = 0; layer < DECODER_LAYERS; layer++) {
      String prefix = transformer + "layers." + layer + ".";
      names.addAll(withBias(prefix + "self_attn.", ATTENTION));
      names.addAll(withBias(prefix, List.of("norm1.")));
      names.addAll(withBias(prefix + "cross_attn_token_to_image.", ATTENTION));
      names.addAll(
          withBias(prefix, List.of("norm2.", "mlp.lin1.", "mlp.lin2.", "norm3.", "norm4.")));
      names.addAll(withBias(prefix + "cross_attn_image_to_token.", ATTENTION));
    }
    names.addAll(withBias(transformer + "final_attn_token_to_image.", ATTENTION));
    names.addAll(withBias(transformer, List.of("norm_final_attn.")));
    names.addAll(withBias(DECODER + "output_upscaling.", List.of("0.", "1.", "3.")));
    List<String> layers = List.of("layers.0.", "layers.1.", "layers.2.");
    for (int token = 0; token < SamMed3d.MASK_TOKENS; token++) {
      names.addAll(withBias(DECODER + "output_hypernetworks_mlps." + token + ".", layers));
    }
    names.addAll(withBias(DECODER + "iou_prediction_head.", layers));
    return names;
  }
}
