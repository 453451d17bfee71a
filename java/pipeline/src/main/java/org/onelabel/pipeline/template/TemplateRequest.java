package org.onelabel.pipeline.template;

import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.volumes.dataset.Naming;

/**
 * Unlabelled scans of which one is to be labelled. Immutable.
 *
 * @param images folder of the scans, two or more
 * @param naming how their files are called
 * @param channels of every scan; empty for as many as the files say
 * @param devices where to compute
 */
public record TemplateRequest(
    Path images, Naming naming, OptionalInt channels, DeviceSettings devices) {

  public TemplateRequest {
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(naming, "naming");
    Objects.requireNonNull(channels, "channels");
    Objects.requireNonNull(devices, "devices");
  }

  /** Scans whose files say all of that, on devices that are chosen. */
  public static TemplateRequest of(Path images) {
    return new TemplateRequest(images, Naming.AUTO, OptionalInt.empty(), DeviceSettings.AUTO);
  }

  /** The same of files that are called so. */
  public TemplateRequest withNaming(Naming naming) {
    return new TemplateRequest(images, naming, channels, devices);
  }

  /** The same of scans with so many channels. */
  public TemplateRequest withChannels(int count) {
    return new TemplateRequest(images, naming, OptionalInt.of(count), devices);
  }

  /** The same computed there. */
  public TemplateRequest withDevices(DeviceSettings devices) {
    return new TemplateRequest(images, naming, channels, devices);
  }
}
