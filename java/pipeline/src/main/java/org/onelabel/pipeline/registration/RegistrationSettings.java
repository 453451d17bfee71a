package org.onelabel.pipeline.registration;

import org.onelabel.pipeline.settings.Setting;

/**
 * How the template's anatomy is found in other scans before it is matched.
 *
 * @param find false where every scan is compared as it lies, as published
 * @param margin around the template's structures that is compared with them, as a share of their
 *     longest side
 * @param cells of the bend
 */
public record RegistrationSettings(boolean find, double margin, int cells) {
  public RegistrationSettings {
    Setting.within("margin", margin, 0, 10);
    Setting.within("cells", cells, 1000, 1_000_000);
  }
}
