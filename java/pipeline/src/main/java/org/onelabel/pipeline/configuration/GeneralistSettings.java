package org.onelabel.pipeline.configuration;

import org.onelabel.pipeline.features.EncoderSettings;
import org.onelabel.pipeline.propagation.PropagationSettings;
import org.onelabel.pipeline.registration.RegistrationSettings;

/**
 * What takes the template's labels to the pool.
 *
 * @param registration finds the anatomy
 * @param encoder makes features
 * @param propagation takes labels where features are alike
 */
public record GeneralistSettings(
    RegistrationSettings registration, EncoderSettings encoder, PropagationSettings propagation) {}
