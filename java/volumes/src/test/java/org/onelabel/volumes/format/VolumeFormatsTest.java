package org.onelabel.volumes.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.volumes.format.stored.VolumeFormat;

class VolumeFormatsTest {
  @ParameterizedTest
  @CsvSource({
    "a.nii.gz, a, NIFTI",
    "A.NII.GZ, A, NIFTI",
    "b.Nii, b, NIFTI",
    "x.y.H5, x.y, HDF5",
    "a.nrrd, a, NRRD",
    "a.NHDR, a, NRRD",
    "a.b.mha, a.b, METAIMAGE",
    "a.mhd, a, METAIMAGE"
  })
  void endingsTellTheFormatInEitherCase(String name, String stem, String called) {
    VolumeFormat format =
        switch (called) {
          case "HDF5" -> VolumeFormats.HDF5;
          case "NRRD" -> VolumeFormats.NRRD;
          case "METAIMAGE" -> VolumeFormats.METAIMAGE;
          default -> VolumeFormats.NIFTI;
        };
    assertEquals(Optional.of(format), VolumeFormats.of(Path.of("folder", name)));
    assertEquals(Optional.of(stem), VolumeFormats.stem(Path.of("folder", name)));
  }

  @Test
  void messagesNameTheEndingsOnTheList() {
    assertEquals(".nii, .nii.gz, .h5, .nrrd, .nhdr, .mha or .mhd", VolumeFormats.describeEndings());
  }

  @Test
  void otherNamesAndHiddenFilesHaveNone() {
    for (String name : new String[] {"/", "a.gz", "nii", "a.dcm", "._a.nii.gz", "a.nii.gz.part"}) {
      assertEquals(Optional.empty(), VolumeFormats.of(Path.of(name)), name);
    }
  }

  @ParameterizedTest
  @CsvSource({"a.nii, .nii.gz", "a.h5, .nii.gz", "a.nhdr, .nrrd", "a.mhd, .mha", "a, .nii.gz"})
  void labelsAreCalledInTheFormatOfTheirScanWhereItIsWritten(String scan, String ending) {
    assertEquals(ending, VolumeFormats.labelEnding(Path.of(scan)));
    assertEquals(true, VolumeFormats.isWritten(Path.of("b" + ending)));
    assertEquals(false, VolumeFormats.isWritten(Path.of("b.h5")));
  }
}
