package org.onelabel.networks.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {

  @Test
  void tensorsOfTheProcessorAreMadeThere() {
    assertEquals(ComputeDevice.cpu(), ComputeDevice.parse("cpu"));
    assertEquals("cpu", ComputeDevice.cpu().toString());
    try (NDManager manager = ComputeDevice.cpu().newManager()) {
      assertEquals("cpu", manager.zeros(new Shape(1)).getDevice().getDeviceType());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:0,1", "cuda:all", "cpu:0"})
  void whatIsNoDeviceOfNetworksIsRefused(String name) {
    String why =
        assertThrows(IllegalArgumentException.class, () -> ComputeDevice.parse(name)).getMessage();
    assertTrue(why.endsWith("not on " + name), why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "cuda:1"})
  void withoutCudaOneLineSaysHowToGiveIt(String name) {
    assumeFalse(
        Engine.getEngine("PyTorch").hasCapability(StandardCapabilities.CUDA), "CUDA is here");
    String why =
        assertThrows(IllegalArgumentException.class, () -> ComputeDevice.parse(name)).getMessage();
    assertEquals(1, why.lines().count());
    for (String part : new String[] {name, "PYTORCH_LIBRARY_PATH", "pytorch-native-cu128"}) {
      assertTrue(why.contains(part), why);
    }
    assertTrue(why.contains(ComputeDevice.engineVersion()), why);
  }
}
