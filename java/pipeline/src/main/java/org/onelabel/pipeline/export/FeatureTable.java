package org.onelabel.pipeline.export;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.onelabel.pipeline.directory.ManifestFile;
import org.onelabel.pipeline.directory.OutputPath;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.files.FileHash;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.FileName;

/**
 * The feature vectors of template and pool as a table, a row for each cell. Who writes it is found
 * on the class path.
 */
public final class FeatureTable {
  private static final String ENDING = ".safetensors";

  private FeatureTable() {}

  /** Writes tables of feature vectors: a service of a library that can. */
  public interface Writer {

    /**
     * Writes the rows of all cells of the cases: {@code id} ({@link CaseFeatures#row}), {@code
     * case}, {@code cell} in the order of {@link org.onelabel.pipeline.features.FeatureGrid#rows},
     * and {@code vector}.
     *
     * @param folder absent
     * @return how many rows were written
     */
    long write(List<CaseFeatures> cases, Path folder);
  }

  /**
   * Writes it.
   *
   * @param run a folder of a run whose features are finished
   * @param folder absent, outside runs and datasets
   * @return what was written, in lines of text
   */
  public static List<String> write(Path run, Path folder) {
    Writer writer =
        ServiceLoader.load(Writer.class)
            .findFirst()
            .orElseThrow(
                () ->
                    new InputException(
                        "--to parquet needs Apache Spark: spark-submit --class"
                            + " org.onelabel.spark.Main onelabel-spark.jar export …"));
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new InputException(folder, "is there already; name another folder");
    }
    OutputPath place = new OutputPath(folder);
    place.requireOutside(run, "the run");
    place.requireOutsideRuns();
    place.requireOutsideDatasets();
    List<CaseFeatures> cases = cases(RunDirectory.open(run));
    long rows = writer.write(cases, folder);
    return List.of("%s: %d vectors of %d cases".formatted(folder, rows, cases.size()));
  }

  /** The finished features of a run, by their ids. */
  static List<CaseFeatures> cases(RunDirectory run) {
    if (!run.configuration().propagates()) {
      throw new InputException(run.root(), "is of a baseline, which has no features");
    }
    StageName stage = StageName.Kind.FEATURES.once();
    ManifestFile manifest = run.manifests().of(stage);
    run.manifests().requireFinished(stage, run.file(manifest.path()));
    Map<String, FileHash> files = new TreeMap<>(manifest.finished().orElseThrow().files());
    List<CaseFeatures> cases = new ArrayList<>();
    files.forEach(
        (name, hash) -> {
          Path file = run.file(name).toAbsolutePath();
          String called = FileName.of(file);
          String id = called.substring(0, called.length() - ENDING.length());
          cases.add(new CaseFeatures(cases.size(), id, file.toFile(), hash));
        });
    return cases;
  }
}
