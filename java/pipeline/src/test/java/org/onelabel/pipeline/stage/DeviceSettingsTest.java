package org.onelabel.pipeline.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.Kernels.Implementation;

class DeviceSettingsTest {

  @ParameterizedTest
  @CsvSource({"cpu,", "auto,", "auto,cpu", "cpu,auto"})
  void kernelsOnTheProcessorHaveTheThreadsThatWereAskedFor(String networks, String kernels) {
    DeviceSettings settings = new DeviceSettings(networks, Optional.ofNullable(kernels));
    try (Kernels opened = settings.openKernels(1)) {
      if (opened.implementation() != Implementation.CUDA) {
        assertEquals(1, opened.threads());
      }
    }
  }
}
