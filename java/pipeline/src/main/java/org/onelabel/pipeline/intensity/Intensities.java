package org.onelabel.pipeline.intensity;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.onelabel.volumes.Volume;

/**
 * How scans are normalised, channel by channel. Immutable and thread-safe.
 *
 * @param channels one for each
 */
public record Intensities(List<Normalisation> channels) {
  /** What dataset.json calls computed tomography: nnU-Net's and the Decathlon's word. */
  private static final String CT = "CT";

  public Intensities {
    channels = List.copyOf(channels);
  }

  /** Every channel by the statistics of each scan. */
  public static Intensities perScan(int channels) {
    return new Intensities(Collections.nCopies(channels, new PerScan()));
  }

  /**
   * As a template asks.
   *
   * @param modalities of the channels, as the dataset calls them; without a say where they are not
   *     as many as the template's
   * @param template as it was read
   * @param labels of its voxels, at least one of a structure
   */
  public static Intensities of(
      IntensityKind kind, List<String> modalities, Volume template, byte[] labels) {
    boolean named = modalities.size() == template.channels().size();
    List<Normalisation> channels = new ArrayList<>();
    for (int c = 0; c < template.channels().size(); c++) {
      float[] values = template.channels().get(c);
      boolean calibrated =
          switch (kind) {
            case HOUNSFIELD -> true;
            case PER_SCAN -> false;
            case AUTO -> named ? isCt(modalities.get(c)) : Calibrated.hasAir(values);
          };
      channels.add(calibrated ? Calibrated.of(values, labels) : new PerScan());
    }
    return new Intensities(channels);
  }

  private static boolean isCt(String modality) {
    return modality.strip().toUpperCase(Locale.ROOT).equals(CT);
  }

  /** Why a scan as it was read cannot be one like the template; empty where it can. */
  public Optional<String> misfit(Volume scan) {
    return IntStream.range(0, channels.size())
        .mapToObj(c -> channels.get(c).misfit(scan.channels().get(c)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Whether values of every channel mean the same in every scan. */
  public boolean isCalibrated() {
    return channels.stream().allMatch(Calibrated.class::isInstance);
  }

  /** A scan as it was read, normalised. */
  public Volume normalised(Volume scan) {
    List<float[]> values = new ArrayList<>();
    for (int c = 0; c < channels.size(); c++) {
      values.add(channels.get(c).apply(scan.array(c)));
    }
    return new Volume(scan.geometry(), values);
  }

  /** Lines that {@link #parse} reads, one a channel. */
  public String text() {
    return String.join("\n", channels.stream().map(Normalisation::text).toList());
  }

  /** What lines of {@link #text} tell; an {@link IllegalArgumentException} where they do not. */
  public static Intensities parse(String text) {
    return new Intensities(text.lines().map(Normalisation::parse).toList());
  }
}
