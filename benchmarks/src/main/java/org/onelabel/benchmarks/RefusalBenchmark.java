package org.onelabel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.onelabel.pipeline.HostileFile;
import org.onelabel.volumes.InputException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long it takes until a hostile file is refused. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class RefusalBenchmark {
  /** A name of {@link HostileFile#all()}. */
  @Param({
    "2^45 voxels.nii",
    "2^45 voxels, zipped.nii.gz",
    "gzip bomb.nii.gz",
    "2^60 voxels.nii",
    "NaN in the affine.nii",
    "infinite affine.nii",
    "singular affine.nii",
    "header-beyond-the-end.h5",
    "promises-a-gigabyte.h5",
    "tensor of 2^60.safetensors",
    "tensor beyond.safetensors",
    "any class.pth",
    "builtins.pth",
    "long text.pth",
    "zip bomb.pth",
    "path traversal.pth",
    "deep settings.json"
  })
  public String name;

  private Path folder;
  private Path file;
  private HostileFile hostile;

  /** Writes the file. */
  @Setup
  public void write() throws IOException {
    hostile = HostileFile.all().filter(h -> h.name().equals(name)).findFirst().orElseThrow();
    folder = Files.createTempDirectory("hostile");
    file = Files.write(folder.resolve(name), hostile.bytes());
  }

  /** Deletes the file. */
  @TearDown
  public void delete() throws IOException {
    Files.delete(file);
    Files.delete(folder);
  }

  /** Reads until it is refused. */
  @Benchmark
  public InputException refuse() {
    try {
      hostile.reader().accept(file);
    } catch (InputException e) {
      return e;
    }
    throw new IllegalStateException(name + " was let in");
  }
}
