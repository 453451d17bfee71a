package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.cli.CommandLineTest.Result;
import org.onelabel.cli.review.ReviewServer;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.run.ResumeRequest;
import org.onelabel.pipeline.run.Review;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;

/** A small finished run with two structures, and the page of it. */
record ReviewedRun(Path folder) {
  /** Its axes are in another order than the patient's, and one runs the other way. */
  static final Geometry GRID =
      Geometry.of(24, 20, 18, Affine.of(0, 1.5, 0, 4, -1, 0, 0, 3, 0, 0, 2, 5));

  /** What nobody looked at. */
  static final int UNKNOWN = 3;

  /** A scan in NIfTI, one in NRRD. */
  static final String NIFTI = "b";

  static final String NRRD = "c";

  /** Trains it; some seconds. */
  static ReviewedRun train(Path folder) throws IOException {
    ReviewedRun reviewed = new ReviewedRun(folder);
    Path data = reviewed.data();
    Files.createDirectories(data.resolve("imagesUn"));
    Files.writeString(
        data.resolve("dataset.json"),
        """
        {"name": "pieces", "channel_names": {"0": "MRI"}, "numTraining": 1,
         "labels": {"background": 0, "box": 1, "slab": 2}, "file_ending": ".nii.gz"}
        """);
    Volume scan = new Volume(GRID, voxels());
    VolumeFormats.NIFTI.write(data.resolve("imagesTr/a_0000.nii.gz"), scan);
    VolumeFormats.NIFTI.write(data.resolve("labelsTr/a.nii.gz"), new LabelMap(GRID, labels()));
    VolumeFormats.NIFTI.write(data.resolve("imagesUn/%s_0000.nii.gz".formatted(NIFTI)), scan);
    writeNrrd(data.resolve("imagesUn/%s_0000.nrrd".formatted(NRRD)));
    List<String> command =
        new ArrayList<>(List.of("run", "--device", "cpu", "--quiet", "--baseline", "supervised"));
    command.addAll(List.of("--data", data.toString(), "--out", reviewed.run().toString()));
    for (String setting :
        List.of(
            "network.width=2",
            "training.iterations=2",
            "training.validateEvery=1",
            "training.patchVoxels=4096",
            "prediction.overlap=0",
            "report.volumes=1")) {
      command.addAll(List.of("--set", setting));
    }
    Result result = CommandLineTest.execute(command.toArray(String[]::new));
    assertEquals(0, result.exit(), result.err());
    return reviewed;
  }

  Path data() {
    return folder.resolve("data");
  }

  Path run() {
    return folder.resolve("run");
  }

  /** Where corrections of a scan are kept. */
  Path corrected(String id) {
    return run().resolve("corrected").resolve(id + ".nii.gz");
  }

  /** Begins to serve the page. */
  ReviewServer serve() {
    Review review = OneLabel.review(ResumeRequest.of(run()).withDevices(DeviceSettings.CPU));
    return ReviewServer.of(review, progress -> OneLabel.goOn(review.continuation(), progress));
  }

  /** A box and a slab, brighter than what is around them. */
  static byte[] labels() {
    byte[] labels = new byte[GRID.voxels()];
    for (int i = 0; i < labels.length; i++) {
      int x = GRID.extent().place(i, 0);
      int y = GRID.extent().place(i, 1);
      int z = GRID.extent().place(i, 2);
      boolean inside = x >= 6 && x < 18 && y >= 5 && y < 15;
      labels[i] = (byte) (inside && z >= 4 && z < 10 ? 1 : inside && z == 12 ? 2 : 0);
    }
    return labels;
  }

  static float[] voxels() {
    byte[] labels = labels();
    float[] voxels = new float[labels.length];
    for (int i = 0; i < voxels.length; i++) {
      voxels[i] = 100 * labels[i] + Math.floorMod(31 * i, 17);
    }
    return voxels;
  }

  /** The same scan, x fastest, in a format that browsers cannot show. */
  private static void writeNrrd(Path file) throws IOException {
    String header =
        """
        NRRD0004
        type: float
        dimension: 3
        space: right-anterior-superior
        sizes: %d %d %d
        space directions: (0,-1,0) (1.5,0,0) (0,0,2)
        space origin: (4,3,5)
        encoding: raw
        endian: little

        """
            .formatted(GRID.sizeX(), GRID.sizeY(), GRID.sizeZ());
    byte[] start = header.getBytes(StandardCharsets.US_ASCII);
    float[] voxels = voxels();
    ByteBuffer content =
        ByteBuffer.allocate(start.length + Float.BYTES * voxels.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(start);
    for (int z = 0; z < GRID.sizeZ(); z++) {
      for (int y = 0; y < GRID.sizeY(); y++) {
        for (int x = 0; x < GRID.sizeX(); x++) {
          content.putFloat(voxels[GRID.extent().index(x, y, z)]);
        }
      }
    }
    Files.write(file, content.array());
  }
}
