package org.onelabel.pipeline.configuration;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.prediction.PredictionSettings;
import org.onelabel.pipeline.settings.Setting;
import org.onelabel.pipeline.training.NetworkSettings;
import org.onelabel.pipeline.training.RoundSettings;

/**
 * The segmentation network and its training.
 *
 * @param rounds number of rounds of training after the propagation; 0 for the propagated labels
 *     alone
 * @param network the segmentation network
 * @param training one round of training
 * @param prediction how a trained network is applied to a scan
 */
public record SpecialistSettings(
    int rounds, NetworkSettings network, RoundSettings training, PredictionSettings prediction) {
  public SpecialistSettings {
    Setting.within("rounds", rounds, 0, 100);
    MethodKind method = training.teaching().kind();
    Setting.require(
        method.suits(network.kind()),
        "training.method %s needs network.kind %s"
            .formatted(
                Json.name(method),
                Arrays.stream(NetworkKind.values())
                    .filter(method::suits)
                    .map(Json::name)
                    .collect(Collectors.joining(" or "))));
  }
}
