package org.onelabel.pipeline.intensity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.Volume;

class IntensitiesTest {
  private static final byte[] LABELS = {0, 0, 1, 1};

  private static Volume volume(float[]... channels) {
    return new Volume(Geometry.of(4, 1, 1, Affine.ofSpacing(1, 1, 1)), List.of(channels));
  }

  private static Normalisation of(IntensityKind kind, List<String> modalities, float lowest) {
    Volume template = volume(new float[] {lowest, 10, 40, 60});
    return Intensities.of(kind, modalities, template, LABELS).channels().getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "AUTO, , -1000, true",
    "AUTO, , -200, false",
    "AUTO, CT, -1000, true",
    "AUTO, ct, 0, true",
    "AUTO, cine MRI, -1000, false",
    "PER_SCAN, CT, -1000, false",
    "HOUNSFIELD, , 0, true",
    "HOUNSFIELD, MRI, 0, true"
  })
  void valuesAreHounsfieldUnitsWhereSettingDatasetOrAirSaySo(
      IntensityKind kind, String modality, float lowest, boolean calibrated) {
    List<String> modalities = modality == null ? List.of() : List.of(modality);
    assertEquals(calibrated, of(kind, modalities, lowest) instanceof Calibrated);
  }

  @Test
  void everyChannelIsNormalisedInItsOwnWay() {
    float[] ct = {-1000, 10, 40, 60};
    float[] pet = {0, 1, 5, 4};
    Intensities intensities =
        Intensities.of(IntensityKind.AUTO, List.of("CT", "PET"), volume(ct, pet), LABELS);
    assertInstanceOf(Calibrated.class, intensities.channels().get(0));
    assertInstanceOf(PerScan.class, intensities.channels().get(1));
    Volume scan = intensities.normalised(volume(new float[] {10, 0, 0, 0}, pet));
    assertEquals(intensities.normalised(volume(ct, pet)).channels().get(0)[1], scan.voxels()[0]);
    assertEquals(0, Moments.of(scan.channels().get(1)).mean(), 1e-6);
    assertEquals(intensities, Intensities.parse(intensities.text()));
  }

  @Test
  void aModelThatSaysNothingIsRefusedByItsChannels() {
    assertEquals(List.of(), Intensities.parse("").channels());
    assertThrows(IllegalArgumentException.class, () -> Intensities.parse("per scan\nwindow"));
  }
}
