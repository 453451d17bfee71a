package org.onelabel.networks.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Set;

/** The specialist networks by their published names. */
public enum NetworkKind {
  /** The published U-Net. */
  @JsonProperty("unet_3D")
  UNET_3D("unet_3D", Trait.LAYOUT),
  /** The same with a second head for signed distances, for DTC. */
  @JsonProperty("unet_3D_sdf")
  UNET_3D_SDF("unet_3D_sdf", Trait.LAYOUT, Trait.SIGNED_DISTANCES),
  /** V-Net (Milletari et al., 3DV 2016) with the published code's stages, instance norm. */
  @JsonProperty("vnet")
  VNET("vnet"),
  /**
   * SAM-Med3D without prompts, one of its masks for each structure (four at most); it starts from a
   * checkpoint, whose sizes it has.
   */
  @JsonProperty("sam-med3d")
  SAM_MED3D("sam_med3d", Trait.CHECKPOINT);

  /** In what kinds of networks differ for others. */
  private enum Trait {
    LAYOUT,
    SIGNED_DISTANCES,
    CHECKPOINT
  }

  private final String published;
  private final Set<Trait> traits;

  NetworkKind(String published, Trait... traits) {
    this.published = published;
    this.traits = Set.of(traits);
  }

  /** Whether its levels are an architecture's {@link UnetLayout}; the others have their own. */
  public boolean hasLayout() {
    return traits.contains(Trait.LAYOUT);
  }

  /** Whether it has a second head, for signed distances. */
  public boolean hasSignedDistances() {
    return traits.contains(Trait.SIGNED_DISTANCES);
  }

  /** Whether it starts from a checkpoint of SAM-Med3D, and has its sizes and limits. */
  public boolean startsFromCheckpoint() {
    return traits.contains(Trait.CHECKPOINT);
  }

  /** The network of that name; another name is an {@link IllegalArgumentException}. */
  public static NetworkKind named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.published.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no network named " + name));
  }

  @Override
  public String toString() {
    return published;
  }
}
