package org.onelabel.pipeline.prediction;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.intensity.Intensities;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.quality.ScanEvidence;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Spacing;
import org.onelabel.volumes.WorkingGrid;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.ImageFiles;
import org.onelabel.volumes.dataset.Naming;

/**
 * A trained specialist with all it needs to predict scans of any grid. In the file the weights
 * carry the published names; the rest is metadata. Owns native memory: close it. Not thread-safe.
 */
public final class Model implements AutoCloseable {

  /**
   * How scans are prepared and tiled.
   *
   * @param spacing working voxel sides along right, front, up, millimetres
   * @param intensities how scans are normalised
   * @param tiling how they are covered with windows
   * @param filter of what is found
   * @param structures names of classes 1, 2, …
   * @param propagation what a second opinion counts beside the network's 1
   * @param images what is known of the files that it learnt from
   */
  public record Recipe(
      double[] spacing,
      Intensities intensities,
      Tiling tiling,
      ComponentFilter filter,
      List<String> structures,
      double propagation,
      ImageFiles images) {
    /** The spacing of files that tell none; models of datasets that do not say it lack the key. */
    private static final String FILES = "fileSpacing";

    private Map<String, String> toMetadata() {
      Map<String, String> metadata = new TreeMap<>();
      metadata.put("spacing", numbers(spacing));
      metadata.put("intensities", intensities.text());
      metadata.put("patch", join(Arrays.stream(tiling.patch()).boxed().toList()));
      metadata.put("overlap", Double.toString(tiling.overlap()));
      metadata.put("blending", tiling.blending().name());
      metadata.put("components", Integer.toString(filter.kept()));
      metadata.put("location", numbers(filter.location().mean()));
      metadata.put("locationDeviation", numbers(filter.location().deviation()));
      metadata.put("structures", String.join("\n", structures));
      metadata.put("propagation", Double.toString(propagation));
      metadata.put("naming", images.naming().name());
      images.spacing().ifPresent(s -> metadata.put(FILES, join(List.of(s.x(), s.y(), s.z()))));
      return metadata;
    }

    private static String numbers(double[] values) {
      return join(Arrays.stream(values).boxed().toList());
    }

    private static double[] numbers(Map<String, String> metadata, String key) {
      return Arrays.stream(metadata.getOrDefault(key, "").split(",", -1))
          .mapToDouble(Double::parseDouble)
          .toArray();
    }

    private static String join(List<?> values) {
      return String.join(",", values.stream().map(Object::toString).toList());
    }

    private static Recipe of(Map<String, String> metadata) {
      Intensities intensities = Intensities.parse(metadata.getOrDefault("intensities", ""));
      return new Recipe(
          numbers(metadata, "spacing"),
          intensities,
          new Tiling(
              Arrays.stream(metadata.getOrDefault("patch", "").split(",", -1))
                  .mapToInt(Integer::parseInt)
                  .toArray(),
              Double.parseDouble(metadata.getOrDefault("overlap", "")),
              SlidingWindow.Blending.valueOf(metadata.getOrDefault("blending", ""))),
          new ComponentFilter(
              Integer.parseInt(metadata.getOrDefault("components", "")),
              new LocationPrior(
                  numbers(metadata, "location"), numbers(metadata, "locationDeviation"))),
          metadata.getOrDefault("structures", "").lines().toList(),
          Double.parseDouble(metadata.getOrDefault("propagation", "0")),
          images(metadata, intensities.channels().size()));
    }

    /** Models of the first version do not say how files are called. */
    private static ImageFiles images(Map<String, String> metadata, int channels) {
      return new ImageFiles(
          Naming.valueOf(metadata.getOrDefault("naming", Naming.AUTO.name())),
          OptionalInt.of(channels),
          List.of(),
          metadata.containsKey(FILES)
              ? Optional.of(sides(numbers(metadata, FILES)))
              : Optional.empty());
    }

    private static Spacing sides(double[] sides) {
      if (sides.length != 3) {
        throw new IllegalArgumentException("a spacing has three sides, not " + sides.length);
      }
      return new Spacing(sides[0], sides[1], sides[2]);
    }
  }

  /** What models of the first version do not say. */
  private static final Set<String> NEWER = Set.of("intensities", "location", "locationDeviation");

  private final Specialist specialist;
  private final Recipe recipe;
  private final SlidingWindow window;
  private final Kernels kernels;

  private Model(Specialist specialist, Recipe recipe, SlidingWindow window, Kernels kernels) {
    this.specialist = specialist;
    this.recipe = recipe;
    this.window = window;
    this.kernels = kernels;
  }

  public static Model of(
      Architecture architecture,
      Map<String, Tensor> weights,
      Recipe recipe,
      Kernels kernels,
      ComputeDevice device) {
    // The specialist comes last: nothing after it can fail and leave it open.
    SlidingWindow window = recipe.tiling.window();
    return new Model(Specialist.of(architecture, weights, device), recipe, window, kernels);
  }

  /** Reads a model file; its network works on {@code device}. */
  public static Model read(Path file, Kernels kernels, ComputeDevice device) {
    try {
      Safetensors content = Safetensors.read(file);
      Map<String, String> metadata = content.metadata();
      if (metadata.containsKey("spacing") && !metadata.keySet().containsAll(NEWER)) {
        throw new InputException(file, "is of another version of onelabel; train again");
      }
      Recipe recipe = Recipe.of(metadata);
      if (recipe.spacing.length != 3 || recipe.tiling.patch().length != 3) {
        throw new InputException(file, "is no model of onelabel: three sides are needed");
      }
      SlidingWindow window = recipe.tiling.window();
      String channels = Integer.toString(recipe.intensities.channels().size());
      if (!channels.equals(metadata.get("channels"))) {
        throw new InputException(
            file, "is no model of onelabel: its channels are not those that it normalises");
      }
      return new Model(Specialist.read(content, device), recipe, window, kernels);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new InputException(file, "no such file; has the run finished?", e);
    } catch (java.io.IOException | IllegalArgumentException e) {
      throw new InputException(file, "is no model of onelabel: " + e.getMessage(), e);
    }
  }

  /** A model as a file. */
  public static Safetensors file(
      Architecture architecture, Map<String, Tensor> weights, Recipe recipe) {
    Map<String, String> metadata = new TreeMap<>(Specialist.file(architecture, weights).metadata());
    metadata.putAll(recipe.toMetadata());
    return new Safetensors(weights, metadata);
  }

  /** The network. */
  public Architecture architecture() {
    return specialist.architecture();
  }

  /** The weights by their published names. */
  public Map<String, Tensor> weights() {
    return specialist.weights();
  }

  /** How scans are prepared and tiled. */
  public Recipe recipe() {
    return recipe;
  }

  /** Input channels. */
  public int channels() {
    return specialist.architecture().channels();
  }

  /** What is known of the image files that it learnt from. */
  public ImageFiles images() {
    return recipe.images;
  }

  /** What of its findings is kept. */
  ComponentFilter filter() {
    return recipe.filter;
  }

  /** Names of classes 1, 2, …. */
  public List<String> structures() {
    return Collections.unmodifiableList(new ArrayList<>(recipe.structures));
  }

  /**
   * Predicts.
   *
   * @param propagated labels on the working grid where there are some: the anatomy is expected
   *     there
   * @param task one step of which this is
   */
  public Prediction predict(WorkingScan scan, Optional<byte[]> propagated, Progress.Task task) {
    return Prediction.of(
        specialist.predict(scan.scan(), window, task::part),
        scan.extent(),
        recipe.filter,
        propagated,
        kernels);
  }

  /** Probabilities on the working grid with dropout, one array a class. */
  public float[][] predictWithDropout(WorkingScan scan, long seed) {
    SlidingWindow.Padded padded = specialist.predictWithDropout(scan.scan(), window, seed);
    return padded.cropped(scan.shape());
  }

  /** What the specialist's head works on, one array for each feature. */
  public float[][] describe(WorkingScan scan) {
    return specialist.describe(scan.scan(), window).cropped(scan.shape());
  }

  /**
   * What predicting a case takes.
   *
   * @param beside arrays of floats on the file's grid that are held beside the answer
   */
  public Demand demand(Case source, int beside) {
    return Demand.of(grid(source), window, specialist.architecture(), beside);
  }

  private WorkingGrid grid(Case source) {
    return WorkingScan.grid(source, source.readGeometry(), recipe.spacing);
  }

  /**
   * Labels of a case on the grid of its file. One that memory cannot hold is refused unread, one
   * with other channels than the model's as well. In a scan that is far larger than the anatomy,
   * the network is asked around the place alone where the second opinion has it.
   *
   * @param second what the network's opinion is joined with, as the model says, and compared with
   * @param task one step of which this is
   */
  public Segmentation predict(Case source, SecondOpinion second, Progress.Task task) {
    demand(source, 0).requireFits(source.images().getFirst());
    WorkingScan scan = WorkingScan.unnormalised(source, recipe.spacing);
    scan.requireChannels(channels(), "the model");
    WorkingScan working = scan.normalised(recipe.intensities);
    Optional<PseudoLabel> other = second.of(working);
    SlidingWindow windows = windows(working, other);
    // The search for the anatomy, which is done, counts as much as all windows.
    SlidingWindow.Listener heard =
        other.isPresent() ? (done, all) -> task.part(all + done, 2 * all) : task::part;
    float[][] found = specialist.predict(working.scan(), windows, heard).cropped(working.shape());
    return segmentation(working, found, other);
  }

  /**
   * What {@link #predict(Case, SecondOpinion, Progress.Task)} says of a scan whose prediction is
   * known; empty where it would not ask the network everywhere.
   *
   * @param prediction by this model; its probabilities are written to
   * @param other the second opinion of the scan
   */
  public Optional<Segmentation> segmentation(
      WorkingScan scan, Prediction prediction, Optional<PseudoLabel> other) {
    return windows(scan, other) == window
        ? Optional.of(segmentation(scan, prediction.probabilities(), other))
        : Optional.empty();
  }

  private SlidingWindow windows(WorkingScan scan, Optional<PseudoLabel> other) {
    return SearchedPlace.of(scan.extent(), other.filter(PseudoLabel::hasStructure))
        .narrowed(window);
  }

  /**
   * Filtered, and joined with the other opinion.
   *
   * @param found by the network; written to
   */
  private Segmentation segmentation(
      WorkingScan scan, float[][] found, Optional<PseudoLabel> other) {
    Optional<PseudoLabel> located = other.filter(PseudoLabel::hasStructure);
    recipe.filter.apply(found, scan.extent(), located.map(PseudoLabel::labels));
    ScanEvidence evidence =
        ScanEvidence.of(
            PseudoLabel.best(found).labels(), other.map(PseudoLabel::labels), found.length);
    located.ifPresent(label -> SharedOpinion.apply(found, label, recipe.propagation));
    return new Segmentation(scan.grid(), found, evidence);
  }

  @Override
  public void close() {
    specialist.close();
  }
}
