package org.onelabel.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.optimization.OptimizerKind;
import org.onelabel.pipeline.intensity.IntensityKind;
import org.onelabel.volumes.InputException;

/**
 * Every setting of a run. A preset names all of them ({@code presets/*.json} beside this class); a
 * file and single settings change some. A name that no preset has is refused.
 *
 * @param baseline the system whose settings it has instead of ours, one of {@link #BASELINES}; else
 *     empty
 * @param template id of the labelled case to learn from, where there are several; else empty
 * @param spacing working voxel side in millimetres; 0 to plan it
 * @param frameVoxels of the template's frame at most where spacing is planned; with more of them
 *     working voxels are larger than the template's. 0 for no limit
 * @param mergeStructures learn all structures as one
 * @param intensities how scans are normalised
 * @param rounds of specialist training after propagation; 0 for the propagated labels alone
 */
public record Configuration(
    String preset,
    String baseline,
    long seed,
    String template,
    double spacing,
    int frameVoxels,
    boolean mergeStructures,
    IntensityKind intensities,
    RegistrationSettings registration,
    EncoderSettings encoder,
    PropagationSettings propagation,
    int rounds,
    NetworkSettings network,
    RoundSettings training,
    PredictionSettings prediction,
    RefinementSettings refinement,
    ReportSettings report) {

  /** Where features come from. */
  public enum EncoderKind {
    /** Hand-made local descriptors; nothing to download. */
    @JsonProperty("descriptors")
    DESCRIPTORS,
    /** Descriptors, and vectors of a network that is learnt from the pool itself. */
    @JsonProperty("pool")
    POOL,
    /** A network in a TorchScript or ONNX file. */
    @JsonProperty("file")
    FILE,
    /** The image encoder of SAM-Med3D; its checkpoint is the file. */
    @JsonProperty("sam-med3d")
    SAM_MED3D
  }

  /**
   * The encoder.
   *
   * @param stride working voxels a descriptor covers along each axis; 0 for the finest that keeps
   *     the template below {@code cells}
   * @param file of the network, for {@code file} and {@code sam-med3d}
   * @param patch sides of the network's input, for {@code file}
   * @param whole true for windows over the whole volume, false for its middle patch as published
   */
  public record EncoderSettings(
      EncoderKind kind,
      int stride,
      int cells,
      double intensity,
      double gradient,
      double selfSimilarity,
      double position,
      String file,
      List<Integer> patch,
      boolean whole,
      LearntSettings learnt) {}

  /**
   * The encoder that is learnt from the pool.
   *
   * @param weight length of its vectors beside the descriptors
   * @param dimension of its vectors
   * @param width features of its network's first level; 0 for the specialist's
   * @param patchVoxels its patch is the template's size up to this many voxels
   * @param iterations of its training
   * @param shift how far apart two windows into a scan may begin, voxels
   * @param places compared in a step
   */
  public record LearntSettings(
      double weight,
      int dimension,
      int width,
      int patchVoxels,
      int iterations,
      int shift,
      int places,
      double temperature,
      double learningRate) {}

  /**
   * How the template's anatomy is found in other scans before it is matched.
   *
   * @param find false where every scan is compared as it lies, as published
   * @param margin around the template's structures that is compared with them, as a share of their
   *     longest side
   * @param cells of the bend
   */
  public record RegistrationSettings(boolean find, double margin, int cells) {}

  /** How the template's labels reach the pool. */
  public enum PropagationKind {
    @JsonProperty("prototype")
    PROTOTYPE,
    @JsonProperty("dense-knn")
    DENSE_KNN
  }

  /** See {@link DenseKnnPropagation.Settings}. */
  public record PropagationSettings(
      PropagationKind kind,
      int k,
      double temperature,
      double smoothing,
      int alignments,
      int deformations,
      double stiffness) {

    DenseKnnPropagation.Settings denseKnn() {
      return new DenseKnnPropagation.Settings(
          k, temperature, smoothing, alignments, deformations, stiffness);
    }
  }

  /**
   * The specialist.
   *
   * @param kind which network
   * @param width features of its first level, the published network has 16; 0 for as many as {@code
   *     operations} allow
   * @param layout of its levels, as {@link org.onelabel.networks.model.UnetLayout} writes it; empty
   *     for what suits the voxels
   * @param operations multiplications of a patch in a convolution of the first level, at most
   * @param position whether it is told where in the volume each voxel lies; the published is not
   * @param file checkpoint that SAM-Med3D starts from; empty for the other networks
   */
  public record NetworkSettings(
      NetworkKind kind, int width, String layout, long operations, boolean position, String file) {}

  /** What a round's labelled scans are. */
  public enum Supervision {
    /** The template is trusted, the pool has pseudo-labels. */
    @JsonProperty("template-and-pool")
    TEMPLATE_AND_POOL,
    /**
     * The template is trusted, the pool has no labels at all: what the method asks of it counts.
     */
    @JsonProperty("template-and-unlabelled")
    TEMPLATE_AND_UNLABELLED,
    /** The template alone. */
    @JsonProperty("template-only")
    TEMPLATE_ONLY,
    /** The pool's true labels as well: an upper bound, for measurement only. */
    @JsonProperty("all-labels")
    ALL_LABELS
  }

  /**
   * One round of training.
   *
   * @param first what the first round's labelled scans are instead, where another round follows and
   *     the consensus joins its pseudo-labels with the propagated ones; the pool's true labels are
   *     refused
   * @param method what unlabelled patches teach
   * @param generalist checkpoint of SAM-Med3D, for methods that ask it
   * @param patch sides in working voxels; 0, 0, 0 for the template's size up to {@code patchVoxels}
   * @param extensions how often a training that still learns, or that lacks a structure, is given
   *     {@code iterations} more
   * @param foreground share of patches drawn around a structure; 0 for what suits the scans
   * @param checkpointSeconds how often the state of a training is kept, for {@code --resume}
   * @param restart true to begin each round from a fresh initialisation, as published
   * @param pretrained true to begin the first round from the encoder learnt from the pool, where
   *     there is one of the same network and width
   * @param confidence true to weigh pseudo-labels by the trust in them
   * @param confidencePower what the trust is raised to
   */
  public record RoundSettings(
      Supervision supervision,
      Supervision first,
      MethodKind method,
      String generalist,
      List<Integer> patch,
      int patchVoxels,
      int iterations,
      int extensions,
      int labelledBatch,
      int unlabelledBatch,
      OptimizerKind optimizer,
      double learningRate,
      int warmUp,
      double clip,
      double momentum,
      double weightDecay,
      double averageDecay,
      double consistency,
      double consistencyRamp,
      Augmentation augmentation,
      double foreground,
      int validateEvery,
      double checkpointSeconds,
      boolean restart,
      boolean pretrained,
      boolean confidence,
      double confidencePower) {}

  /**
   * Sliding-window prediction.
   *
   * @param overlap of neighbouring windows, 0…0.9 of the patch
   * @param components connected components that all structures together keep; 0 for as many as the
   *     template's have
   */
  public record PredictionSettings(
      double overlap, SlidingWindow.Blending blending, int components) {}

  /** What corrects pseudo-labels between rounds. */
  public enum RefinementKind {
    @JsonProperty("none")
    NONE,
    /** Volumes above the quantile take a vote of similar certain ones, as published. */
    @JsonProperty("volume")
    VOLUME,
    /** Uncertain regions take a vote of confident cells of the whole pool. */
    @JsonProperty("region")
    REGION,
    /** The specialist and the propagation decide together, voxel by voxel. */
    @JsonProperty("consensus")
    CONSENSUS
  }

  /** What says how unsure a specialist is of a voxel. */
  public enum UncertaintyKind {
    /** Entropy of the prediction. */
    @JsonProperty("entropy")
    ENTROPY,
    /** Mutual information of predictions with dropout. */
    @JsonProperty("mutual-information")
    MUTUAL_INFORMATION,
    /** What teacher and student disagree about. */
    @JsonProperty("disagreement")
    DISAGREEMENT
  }

  /** What features the refinement by regions compares. */
  public enum FeatureKind {
    /** The encoder's, as in the propagation. */
    @JsonProperty("encoder")
    ENCODER,
    /** The specialist's own, and the encoder's positions. */
    @JsonProperty("specialist")
    SPECIALIST
  }

  /**
   * Between rounds. See {@link VolumeRefinement} for {@code k} and {@code quantile}, {@link
   * ConsensusRefinement} for {@code propagation}.
   *
   * @param uncertainty what is mapped
   * @param passes predictions with dropout
   */
  public record RefinementSettings(
      RefinementKind kind,
      int k,
      double quantile,
      double propagation,
      UncertaintyKind uncertainty,
      int passes,
      RegionSettings region) {}

  /** See {@link RegionRefinement.Settings}. */
  public record RegionSettings(
      FeatureKind features,
      double quantile,
      int k,
      double temperature,
      boolean ownVolume,
      double template,
      double weight) {}

  /**
   * The report.
   *
   * @param volumes how many volumes are pictured
   */
  public record ReportSettings(int volumes) {}

  /** The presets. */
  public static final Set<String> PRESETS = Set.of("quick", "standard", "paper");

  /** The systems ours is compared with ({@code baselines/*.json} beside this class). */
  public static final Set<String> BASELINES =
      Set.of(
          "supervised",
          "upper-bound",
          "mean-teacher",
          "ua-mt",
          "dan",
          "dtc",
          "semisam",
          "semisam-plus-point",
          "semisam-plus-mask",
          "semisam-plus-unc",
          "sam-fine-tuned");

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);

  /**
   * A configuration: the preset, changed by {@code file} (JSON of the same form, may be null), then
   * by {@code settings} (dotted names, such as {@code training.iterations}).
   */
  public static Configuration of(String preset, Path file, Map<String, String> settings) {
    return of(preset, "", file, settings);
  }

  /**
   * The same for one of {@link #BASELINES}, which trains once for as many steps as all rounds of
   * the preset have; an empty one is ours.
   */
  public static Configuration of(
      String preset, String baseline, Path file, Map<String, String> settings) {
    ObjectNode tree = resource("presets", "preset", preset, PRESETS);
    if (!baseline.isEmpty()) {
      ObjectNode changes = resource("baselines", "baseline", baseline, BASELINES);
      int steps = tree.path("training").path("iterations").intValue();
      ObjectNode training = changes.withObject("/training");
      training.put("iterations", steps * tree.path("rounds").intValue());
      merge(tree, changes, "", "");
      tree.put("rounds", 1);
      tree.put("baseline", baseline);
    }
    if (file != null) {
      merge(tree, readFile(file), "", file + ": ");
    }
    settings.forEach(
        (name, value) -> {
          // They choose other settings; as a mere word each would say what is not so.
          require(
              !name.equals("preset") && !name.equals("baseline"),
              name + " is chosen with --" + name + ", not set");
          set(tree, name, value);
        });
    return parse(tree, file == null ? "" : file + ": ");
  }

  /** The configuration in {@code file}, which must be whole. */
  public static Configuration read(Path file) {
    return parse(readFile(file), file + ": ");
  }

  private static Configuration parse(ObjectNode tree, String where) {
    try {
      return JSON.treeToValue(tree, Configuration.class).checked();
    } catch (MismatchedInputException e) {
      throw new InputException(
          where + name(e) + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw new InputException(where + InputException.firstLine(e));
    }
  }

  private static String name(MismatchedInputException e) {
    List<String> names = e.getPath().stream().map(r -> r.getFieldName()).toList();
    return names.isEmpty() ? "" : String.join(".", names) + ": ";
  }

  private static ObjectNode resource(String folder, String kind, String name, Set<String> known) {
    if (!known.contains(name)) {
      throw new InputException(
          "no %s named %s: choose one of %s".formatted(kind, name, new TreeSet<>(known)));
    }
    String resource = folder + "/" + name + ".json";
    try (InputStream in = Configuration.class.getResourceAsStream(resource)) {
      return (ObjectNode) JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode readFile(Path file) {
    try {
      Json.requireFile(file);
      JsonNode tree = JSON.readTree(file.toFile());
      if (tree instanceof ObjectNode object) {
        return object;
      }
      throw new InputException(file, "is no JSON object");
    } catch (IOException e) {
      throw new InputException(file, "cannot be read as JSON: " + InputException.firstLine(e));
    }
  }

  private static void merge(ObjectNode tree, ObjectNode changes, String prefix, String where) {
    for (Map.Entry<String, JsonNode> change : changes.properties()) {
      JsonNode old = tree.get(change.getKey());
      String name = prefix + change.getKey();
      if (old == null) {
        throw unknown(where, name, tree, prefix);
      }
      if (old instanceof ObjectNode inner && change.getValue() instanceof ObjectNode values) {
        merge(inner, values, name + ".", where);
      } else {
        tree.set(change.getKey(), change.getValue());
      }
    }
  }

  private static InputException unknown(String where, String name, ObjectNode tree, String prefix) {
    TreeSet<String> known = new TreeSet<>();
    tree.fieldNames().forEachRemaining(n -> known.add(prefix + n));
    return new InputException(where + "no setting named " + name + "; there are " + known);
  }

  private static void set(ObjectNode tree, String name, String value) {
    ObjectNode node = tree;
    String[] parts = name.split("\\.", -1);
    String prefix = "";
    for (int i = 0; i < parts.length - 1; i++) {
      if (!(node.get(parts[i]) instanceof ObjectNode inner)) {
        throw unknown("", name, node, prefix);
      }
      node = inner;
      prefix += parts[i] + ".";
    }
    String last = parts[parts.length - 1];
    JsonNode old = node.get(last);
    if (old == null || old.isObject()) {
      throw unknown("", name, node, prefix);
    }
    JsonNode parsed = null;
    if (old.getNodeType() != JsonNodeType.STRING) {
      try {
        // A list may be given without its brackets.
        boolean bare = old.isArray() && !value.strip().startsWith("[");
        parsed = JSON.readTree(bare ? "[" + value + "]" : value);
      } catch (IOException _) {
        // Not JSON: text, which the record's type refuses by name.
      }
    }
    node.set(last, parsed == null ? JSON.getNodeFactory().textNode(value) : parsed);
  }

  /**
   * What a round's labelled scans are. The consensus joins two opinions best when neither was
   * taught by the other: a first round that is followed by another, and whose pseudo-labels it
   * joins with the propagated ones, learns from {@code training.first}.
   */
  Supervision supervision(int round) {
    boolean joined = refinement.kind() == RefinementKind.CONSENSUS && refinement.propagation() > 0;
    return round == 1
            && rounds > 1
            && joined
            && training.supervision() == Supervision.TEMPLATE_AND_POOL
        ? training.first()
        : training.supervision();
  }

  /** Whether the template's labels reach the pool by features. */
  boolean propagates() {
    return training.supervision() == Supervision.TEMPLATE_AND_POOL || rounds == 0;
  }

  private Configuration checked() {
    require(spacing >= 0 && Double.isFinite(spacing), "spacing must not be negative: " + spacing);
    require(frameVoxels >= 0, "frameVoxels must not be negative: " + frameVoxels);
    require(rounds >= 0 && rounds <= 100, "rounds are 0 to 100: " + rounds);
    require(
        registration.margin() >= 0 && registration.margin() <= 10,
        "registration.margin is 0 to 10");
    require(
        registration.cells() >= 1000 && registration.cells() <= 1_000_000,
        "registration.cells are 1000 to 1000000");
    require(encoder.stride() >= 0, "encoder.stride must not be negative");
    require(encoder.cells() >= 1, "encoder.cells must be positive");
    require(
        (encoder.kind() != EncoderKind.FILE && encoder.kind() != EncoderKind.SAM_MED3D)
            || !encoder.file().isEmpty(),
        "encoder.kind file and sam-med3d need encoder.file");
    LearntSettings learnt = encoder.learnt();
    require(
        learnt.dimension() >= 2 && learnt.dimension() <= 255 && learnt.width() >= 0,
        "encoder.learnt.dimension is 2 to 255, its width not negative");
    require(
        learnt.iterations() >= 1
            && learnt.patchVoxels() >= 4096
            && learnt.shift() >= 0
            && learnt.places() >= 2,
        "encoder.learnt needs an iteration, 4096 voxels and two places");
    require(
        learnt.temperature() > 0 && learnt.learningRate() > 0,
        "encoder.learnt.temperature and learningRate must be positive");
    require(sides(encoder.patch()), "encoder.patch needs three positive sides");
    require(propagation.k() >= 1 && propagation.k() <= 1024, "propagation.k is 1 to 1024");
    require(propagation.temperature() > 0, "propagation.temperature must be positive");
    require(
        propagation.smoothing() >= 0 && propagation.smoothing() <= 100,
        "propagation.smoothing is 0 to 100");
    require(
        propagation.alignments() >= 0 && propagation.deformations() >= 0,
        "propagation.alignments and deformations must not be negative");
    require(
        propagation.stiffness() > 0 && propagation.stiffness() <= 100,
        "propagation.stiffness is above 0, at most 100");
    require(network.width() >= 0 && network.width() <= 256, "network.width is 0 to 256");
    require(network.operations() >= 1, "network.operations must be positive");
    require(
        training.patch().equals(List.of(0, 0, 0)) || sides(training.patch()),
        "training.patch needs three positive sides, or three zeros: " + training.patch());
    require(
        training.foreground() >= 0 && training.foreground() <= 1, "training.foreground is 0 to 1");
    require(
        training.first() != Supervision.ALL_LABELS,
        "training.first must not be all-labels: they only measure");
    require(training.patchVoxels() >= 4096, "training.patchVoxels must be 4096 at least");
    require(training.iterations() >= 1, "training.iterations must be positive");
    require(
        training.extensions() >= 0 && training.extensions() <= 100,
        "training.extensions are 0 to 100");
    require(training.labelledBatch() >= 1, "training.labelledBatch must be positive");
    require(training.unlabelledBatch() >= 0, "training.unlabelledBatch must not be negative");
    require(training.learningRate() > 0, "training.learningRate must be positive");
    require(training.clip() > 0, "training.clip must be positive");
    require(training.validateEvery() >= 1, "training.validateEvery must be positive");
    require(training.checkpointSeconds() >= 0, "training.checkpointSeconds must not be negative");
    require(
        prediction.overlap() >= 0 && prediction.overlap() <= 0.9, "prediction.overlap is 0 to 0.9");
    require(prediction.components() >= 0, "prediction.components must not be negative");
    require(
        training.method() != MethodKind.DTC || network.kind() == NetworkKind.UNET_3D_SDF,
        "training.method dtc needs network.kind unet_3D_sdf");
    require(
        !training.method().needsGeneralist() || !training.generalist().isEmpty(),
        "the method asks SAM-Med3D: name its checkpoint with training.generalist");
    require(
        network.kind() != NetworkKind.SAM_MED3D || !network.file().isEmpty(),
        "network.kind sam-med3d starts from a checkpoint: name it with network.file");
    require(refinement.k() >= 1, "refinement.k must be positive");
    require(
        refinement.quantile() >= 0 && refinement.quantile() <= 1, "refinement.quantile is 0 to 1");
    require(
        refinement.propagation() >= 0 && refinement.propagation() <= 10,
        "refinement.propagation is 0 to 10");
    RegionSettings region = refinement.region();
    require(refinement.passes() >= 2, "refinement.passes must be 2 at least");
    require(
        region.quantile() >= 0 && region.quantile() <= 1 && region.k() >= 1 && region.k() <= 1024,
        "refinement.region.quantile is 0 to 1, its k 1 to 1024");
    require(
        region.temperature() > 0 && region.weight() >= 0 && region.weight() <= 10,
        "refinement.region.temperature must be positive, its weight 0 to 10");
    require(
        region.template() >= 0 && region.template() <= 1e6,
        "refinement.region.template is 0 to 1000000");
    require(report.volumes() >= 0, "report.volumes must not be negative");
    return this;
  }

  private static boolean sides(List<Integer> patch) {
    return patch.size() == 3 && patch.stream().allMatch(s -> s >= 1);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new InputException(message);
    }
  }

  /** The JSON that {@link #read} takes. */
  public String toJson() {
    return Json.pretty(this);
  }
}
