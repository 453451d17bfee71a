package org.onelabel.volumes.format.nifti;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.format.stored.VoxelType;
import org.onelabel.volumes.grid.Extent;

class NiftiSpaceTest {

  private static NiftiSpace qform(int version, double qfac, List<Double> sides, double... bcd) {
    List<Double> quaternion = List.of(bcd[0], bcd[1], bcd[2], 10.0, 20.0, 30.0);
    return new NiftiSpace(version, sides, new NiftiQform(1, qfac, quaternion), NiftiSform.NONE, 2);
  }

  private static void assertAffine(NiftiSpace header, double... expected) {
    assertTrue(header.fault().isEmpty(), header.fault().toString());
    assertArrayEquals(expected, header.affine().values(), 1e-6);
  }

  @Test
  void sidesOfTheQformCountWithoutSignAndZeroAsOne() {
    double[] expected = {2, 0, 0, 10, 0, 1, 0, 20, 0, 0, 3, 30};
    assertAffine(qform(1, 1, List.of(2.0, 1.0, 3.0), 0, 0, 0), expected);
    assertAffine(qform(1, 1, List.of(-2.0, 0.0, -3.0), 0, 0, 0), expected);
    assertAffine(qform(2, 1, List.of(-2.0, -0.0, 3.0), 0, 0, 0), expected);
  }

  @ParameterizedTest
  @CsvSource({"-1, -3", "1, 3", "0, 3", "-2, 3", "-0.5, 3", "NaN, 3"})
  void onlyAQfacOfMinusOneTurnsTheThirdAxis(double qfac, double expected) {
    NiftiSpace header = qform(1, qfac, List.of(2.0, 1.0, 3.0), 0, 0, 0);
    assertAffine(header, 2, 0, 0, 10, 0, 1, 0, 20, 0, 0, expected, 30);
  }

  @Test
  void aQuaternionLongerThanOneByMoreThanRoundingIsRefused() {
    List<Double> sides = List.of(1.0, 1.0, 1.0);
    double[] halfTurn = {-1, 0, 0, 10, 0, -1, 0, 20, 0, 0, 1, 30};
    assertAffine(qform(1, 1, sides, 0, 0, 1 + 1e-7), halfTurn);
    assertAffine(qform(2, 1, sides, 0, 0, 1 + 2e-16), halfTurn);
    for (NiftiSpace longer :
        List.of(
            qform(1, 1, sides, 0, 0, 1.001),
            qform(2, 1, sides, 0, 0, 1 + 1e-7),
            qform(1, 1, sides, 0, Double.POSITIVE_INFINITY, 0))) {
      assertTrue(longer.fault().orElseThrow().contains("longer than 1"));
    }
  }

  @Test
  void whatIsNotANumberLeavesNoAffine() {
    List<Double> sides = List.of(1.0, 1.0, 1.0);
    assertTrue(qform(1, 1, sides, 0, Double.NaN, 0).fault().orElseThrow().contains("not finite"));
    assertTrue(qform(1, 1, List.of(1.0, Double.NaN, 1.0), 0, 0, 0).fault().isPresent());
    assertTrue(
        qform(1, 1, List.of(1.0, Double.POSITIVE_INFINITY, 1.0), 0, 0, 0).fault().isPresent());
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "6", "1000"})
  void codesThatAreNoneLeaveTheSidesAlone(int code) {
    NiftiSpace header =
        new NiftiSpace(
            1,
            List.of(-2.0, 1.0, 0.0),
            new NiftiQform(code, 1, List.of(0.0, 0.0, 1.0, 1.0, 1.0, 1.0)),
            new NiftiSform(code, Collections.nCopies(12, 7.0)),
            2);
    assertAffine(header, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);
    assertFalse(new Geometry(new Extent(2, 2, 2), header.affine(), header).isPlaced());
  }

  @Test
  void unitsOtherThanMillimetresAreConverted() {
    NiftiSpace micrometres =
        new NiftiSpace(
            1,
            List.of(500.0, 500.0, 500.0),
            new NiftiQform(1, 1, List.of(0.0, 0.0, 0.0, 1000.0, 0.0, 0.0)),
            NiftiSform.NONE,
            3);
    assertAffine(micrometres, 0.5, 0, 0, 1, 0, 0.5, 0, 0, 0, 0, 0.5, 0);
  }

  /** Any number that a field may hold. */
  private static double number(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> 1;
      case 3 -> Double.NaN;
      case 4 -> 1e30;
      default -> (float) random.nextGaussian();
    };
  }

  @Test
  void whatWasReadIsWrittenBackBitByBit() {
    Random random = new Random(3);
    int read = 0;
    for (int i = 0; i < 5000; i++) {
      int version = 1 + i % 2;
      ByteOrder order = i % 4 < 2 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      byte[] bytes = NiftiBytes.file(version, order, VoxelType.UINT8);
      ByteBuffer b = ByteBuffer.wrap(bytes).order(order);
      int[] codes = {random.nextInt(-1, 8), random.nextInt(-1, 8)};
      if (version == 1) {
        b.put(123, (byte) random.nextInt(-128, 128));
        b.putShort(252, (short) codes[0]).putShort(254, (short) codes[1]);
        for (int at = 0; at < 22; at++) {
          int place = at < 4 ? 76 + 4 * at : 256 + 4 * (at - 4);
          b.putFloat(place, (float) number(random));
        }
      } else {
        b.putInt(500, random.nextInt(64)).putInt(344, codes[0]).putInt(348, codes[1]);
        for (int at = 0; at < 22; at++) {
          int place = at < 4 ? 104 + 8 * at : 352 + 8 * (at - 4);
          b.putDouble(place, number(random));
        }
      }
      Path file = Path.of("image.nii");
      Geometry geometry;
      try {
        geometry = NiftiHeader.parse(file, bytes).geometry();
      } catch (InputException _) {
        continue;
      }
      read++;
      byte[] label = NiftiHeader.write(geometry, 1, VoxelType.UINT8).array();
      assertEquals(geometry, NiftiHeader.parse(file, label).geometry());
      ByteBuffer w = ByteBuffer.wrap(label).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at < 22; at++) {
        if (version == 1) {
          int place = at < 4 ? 76 + 4 * at : 256 + 4 * (at - 4);
          assertEquals(b.getFloat(place), w.getFloat(place));
        } else {
          int place = at < 4 ? 104 + 8 * at : 352 + 8 * (at - 4);
          assertEquals(b.getDouble(place), w.getDouble(place));
        }
      }
      assertEquals(
          version == 1 ? b.get(123) : b.getInt(500), version == 1 ? w.get(123) : w.getInt(500));
    }
    assertTrue(read > 1000, read + " headers could be read");
  }
}
