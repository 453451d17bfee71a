package org.onelabel.networks.operations;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.onelabel.networks.torchscript.ScriptArchive;

/** Networks without parameters, as TorchScript files. */
public final class ScriptFile {
  private ScriptFile() {}

  /**
   * Two channels for every cell of {@code side}³ voxels: the mean over the cell, and the mean over
   * the patch that it is part of.
   */
  public static Path cellAndPatchMeans(Path file, int side) throws IOException {
    return written(
        file,
        ScriptArchive.ofMethods(
            "Means",
            """
            def forward(self: __torch__.Means, x: Tensor) -> Tensor:
              y = torch.avg_pool3d(x, [%1$d, %1$d, %1$d], [%1$d, %1$d, %1$d])
              m = torch.mean(x, [2, 3, 4], True)
              return torch.cat([y, torch.add(torch.mul(y, 0.), m)], 1)
            """
                .formatted(side)));
  }

  /** Two channels for every cell of 4³ voxels: the mean over the cell, and minus that. */
  public static Path cellMeans(Path file) throws IOException {
    return written(
        file,
        ScriptArchive.ofMethods(
            "Pool",
            """
            def forward(self: __torch__.Pool, x: Tensor) -> Tensor:
              y = torch.avg_pool3d(x, [4, 4, 4], [4, 4, 4])
              return torch.cat([y, torch.neg(y)], 1)
            """));
  }

  private static Path written(Path file, ScriptArchive archive) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    archive.writeTo(bytes);
    return Files.write(file, bytes.toByteArray());
  }
}
