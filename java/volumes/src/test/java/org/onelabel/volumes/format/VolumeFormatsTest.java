package org.onelabel.volumes.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeFormatsTest {
  @ParameterizedTest
  @CsvSource({"a.nii.gz, a, NIFTI", "A.NII.GZ, A, NIFTI", "b.Nii, b, NIFTI", "x.y.H5, x.y, HDF5"})
  void endingsTellTheFormatInEitherCase(String name, String stem, String called) {
    VolumeFormat format = called.equals("HDF5") ? VolumeFormats.HDF5 : VolumeFormats.NIFTI;
    assertEquals(Optional.of(format), VolumeFormats.of(Path.of("folder", name)));
    assertEquals(Optional.of(stem), VolumeFormats.stem(Path.of("folder", name)));
  }

  @Test
  void messagesNameTheEndingsOnTheList() {
    assertEquals(".nii, .nii.gz or .h5", VolumeFormats.describeEndings());
  }

  @Test
  void otherNamesAndHiddenFilesHaveNone() {
    for (String name : new String[] {"/", "a.gz", "nii", "a.nrrd", "._a.nii.gz", "a.nii.gz.part"}) {
      assertEquals(Optional.empty(), VolumeFormats.of(Path.of(name)), name);
    }
  }
}
