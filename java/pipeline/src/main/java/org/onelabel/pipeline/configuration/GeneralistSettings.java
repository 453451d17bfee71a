package org.onelabel.pipeline.configuration;

import org.onelabel.pipeline.features.EncoderSettings;
import org.onelabel.pipeline.propagation.PropagationSettings;
import org.onelabel.pipeline.registration.RegistrationSettings;

/**
 * What transfers the template's labels to the pool.
 *
 * @param registration how the template's anatomy is found in other scans
 * @param encoder what computes the features
 * @param propagation how labels are transferred by feature similarity
 */
public record GeneralistSettings(
    RegistrationSettings registration, EncoderSettings encoder, PropagationSettings propagation) {}
