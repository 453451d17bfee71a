package org.onelabel.pipeline.configuration;

import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.pipeline.prediction.PredictionSettings;
import org.onelabel.pipeline.settings.Setting;
import org.onelabel.pipeline.training.NetworkSettings;
import org.onelabel.pipeline.training.RoundSettings;

/**
 * What is trained.
 *
 * @param rounds of training after propagation; 0 for the propagated labels alone
 */
public record SpecialistSettings(
    int rounds, NetworkSettings network, RoundSettings training, PredictionSettings prediction) {
  public SpecialistSettings {
    Setting.within("rounds", rounds, 0, 100);
    Setting.require(
        training.teaching().kind() != MethodKind.DTC || network.kind() == NetworkKind.UNET_3D_SDF,
        "training.method dtc needs network.kind unet_3D_sdf");
  }
}
