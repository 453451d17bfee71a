package org.onelabel.volumes;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.format.VolumeFormats;
import org.onelabel.volumes.format.stored.VolumeFormat;

/**
 * Whatever bytes a file holds, reading it gives a volume or an {@link InputException}. The inputs
 * kept beside this class run with all tests; {@code tools/fuzz} looks for new ones.
 */
class HostileFilesFuzzTest {
  @TempDir private static Path folder;

  private static void read(String name, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);
    VolumeFormat format = VolumeFormats.of(file).orElseThrow();
    try {
      format.readVolume(file);
    } catch (InputException _) {
      // Refused.
    }
    try {
      format.readLabels(file);
    } catch (InputException _) {
      // Refused.
    }
  }

  @FuzzTest
  void nifti(byte[] bytes) throws IOException {
    read("image.nii", bytes);
  }

  @FuzzTest
  void gzippedNifti(byte[] bytes) throws IOException {
    read("image.nii.gz", bytes);
  }

  @FuzzTest
  void nrrd(byte[] bytes) throws IOException {
    read("image.nrrd", bytes);
  }

  @FuzzTest
  void metaImage(byte[] bytes) throws IOException {
    read("image.mha", bytes);
  }

  @FuzzTest
  void dicom(byte[] bytes) throws IOException {
    Path series = Files.createDirectories(folder.resolve("series"));
    Files.write(series.resolve("a.dcm"), bytes);
    try {
      VolumeFormats.DICOM.readVolume(series);
    } catch (InputException _) {
      // Refused.
    }
  }

  @FuzzTest
  void hdf5(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("image.h5"), bytes);
    try {
      VolumeFormats.HDF5.readVolume(file);
    } catch (InputException _) {
      // Refused.
    }
  }

  @FuzzTest
  void datasetDescription(byte[] bytes) throws IOException {
    Path dataset = Files.createDirectories(folder.resolve("dataset/imagesTr")).getParent();
    Files.writeString(dataset.resolve("dataset.json"), new String(bytes, StandardCharsets.UTF_8));
    try {
      DatasetFolder.open(dataset, Optional.empty());
    } catch (InputException _) {
      // Refused.
    }
  }
}
