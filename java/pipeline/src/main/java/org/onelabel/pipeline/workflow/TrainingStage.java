package org.onelabel.pipeline.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.training.Training;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.LazyList;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.framing.Contrast;
import org.onelabel.pipeline.framing.DrawnAnatomy;
import org.onelabel.pipeline.framing.Framings;
import org.onelabel.pipeline.prediction.ComponentFilter;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.stage.WholeStage;
import org.onelabel.pipeline.training.CollapseDetector;
import org.onelabel.pipeline.training.RoundSettings;
import org.onelabel.pipeline.training.SpecialistRound;
import org.onelabel.pipeline.training.Supervision;
import org.onelabel.pipeline.training.TrainingCheckpoint;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.grid.LabelArray;

/** Trains the specialist of a round. */
public record TrainingStage(Declaration declaration) implements WholeStage {
  public static final int WATCHED_POOL_SCANS = 4;

  /** Scans whose contrast is looked at, evenly among the pool's: each is read for it. */
  private static final int CONTRASTS = 50;

  TrainingStage(int round, Configuration configuration, Dataset dataset) {
    this(declaration(round, configuration, dataset));
  }

  private static Declaration declaration(int round, Configuration configuration, Dataset dataset) {
    RoundSettings settings = configuration.training();
    Supervision supervision = configuration.supervision(round);
    Draft draft =
        new Draft(Kind.TRAINING.in(round), configuration, dataset)
            .network()
            .trusted()
            .validation()
            .settings("seed", "training", "refinement.uncertainty")
            // What a round's scans are follows from these; other rounds' are no matter of this one.
            .instead("training.first", "training.supervision", supervision.name());
    if (!settings.labels().restart()) {
      draft.needs(Workflow.trainings(round - 1));
    }
    if (configuration.drawn() > 0) {
      draft.registered().pool().needs(Workflow.pseudoLabels(0));
    }
    switch (supervision) {
      case TEMPLATE_ONLY -> {}
      case ALL_LABELS -> draft.pool().poolLabels();
      case TEMPLATE_AND_UNLABELLED -> draft.pool();
      case TEMPLATE_AND_POOL -> draft.pool().needs(Workflow.pseudoLabels(round - 1));
    }
    if (Workflow.learnsEncoder(configuration) && settings.labels().pretrained()) {
      draft.needs(Kind.ENCODER.once());
    }
    if (!configuration.network().file().isEmpty()) {
      draft.file("network.file", configuration.network().file());
    }
    if (settings.teaching().kind().needsGeneralist()) {
      draft.file("training.generalist", settings.teaching().generalist());
    }
    return draft.done();
  }

  /**
   * The scans of a training; those of the pool are read when they are asked for.
   *
   * @param labelled the template first
   */
  private record Scans(List<Scan> labelled, List<Scan> unlabelled) {
    List<Scan> all() {
      return LazyList.concatenated(labelled, unlabelled);
    }
  }

  private Scans scans(StageContext context) {
    Cohort cohort = context.cohort();
    List<Scan> trusted =
        LazyList.concatenated(List.of(cohort.labelledTemplate()), cohort.labelledPool());
    double power = context.configuration().training().labels().trustPower();
    int before = name().round() - 1;
    return switch (supervision(context)) {
      case TEMPLATE_ONLY -> new Scans(trusted, List.of());
      case ALL_LABELS ->
          new Scans(
              LazyList.concatenated(
                  List.of(cohort.labelledTemplate()),
                  pool(cohort, scan -> scan.scan(truth(cohort, scan), null))),
              List.of());
      case TEMPLATE_AND_UNLABELLED -> new Scans(trusted, pool(cohort, WorkingScan::scan));
      case TEMPLATE_AND_POOL ->
          new Scans(
              trusted,
              pool(
                  cohort,
                  scan ->
                      context.run().readPseudoLabel(before, scan.id()).target(scan.scan(), power)));
    };
  }

  private static byte[] truth(Cohort cohort, WorkingScan scan) {
    return cohort.trustedLabels(scan).orElseGet(() -> cohort.workingTruth(scan));
  }

  private static List<Scan> pool(Cohort cohort, Function<WorkingScan, Scan> learning) {
    return LazyList.of(cohort.pool(), learning, Scan::bytes);
  }

  /** What the template teaches beside itself. */
  private static List<Scan> drawn(StageContext context, Scan template) {
    int count = context.configuration().drawn();
    if (count == 0) {
      return List.of();
    }
    Framings framings = new Framings(context);
    List<String> found = framings.found();
    return found.isEmpty()
        ? List.of()
        : new DrawnAnatomy(
                template,
                context.plan().frame(),
                framings.bends(found),
                contrasts(context, found),
                context.configuration().seed())
            .scans(count);
  }

  /** How bright scans of the pool show what was propagated to them; some are enough. */
  private static List<Contrast> contrasts(StageContext context, List<String> found) {
    Cohort cohort = context.cohort();
    int every = Math.ceilDiv(found.size(), CONTRASTS);
    List<Contrast> contrasts = new ArrayList<>();
    for (int i = 0; i < found.size(); i += every) {
      WorkingScan scan = cohort.scan(found.get(i));
      byte[] labels = context.run().readPseudoLabel(0, scan.id()).labels();
      Contrast.of(
              scan.scan().channels(),
              new LabelArray(scan.extent(), labels),
              cohort.classes(),
              cohort.spacing())
          .ifPresent(contrasts::add);
    }
    return contrasts;
  }

  /**
   * The labelled scans that patches are drawn from, each scan as often. What is drawn stands for
   * the template: every other labelled scan counts as much as all of these together.
   */
  private static List<Scan> taught(List<Scan> labelled, List<Scan> drawn) {
    List<Scan> template = labelled.subList(0, 1);
    List<Scan> others = labelled.subList(1, labelled.size());
    return LazyList.concatenated(
        template, drawn, LazyList.repeated(others, template.size() + drawn.size()));
  }

  private Supervision supervision(StageContext context) {
    return context.configuration().supervision(name().round());
  }

  /** The scans whose structures a specialist must not lose. */
  private List<Scan> watched(StageContext context, Scans scans) {
    List<Scan> watched = new ArrayList<>(List.of(scans.labelled.getFirst()));
    if (supervision(context).usesPseudoLabels()) {
      scans.unlabelled.stream()
          .filter(scan -> !scan.isUnknown())
          .limit(WATCHED_POOL_SCANS)
          .forEach(watched::add);
    }
    return watched;
  }

  @Override
  public void run(StageContext context, Outputs outputs) {
    int round = name().round();
    Cohort cohort = context.cohort();
    Configuration configuration = context.configuration();
    RoundSettings settings = configuration.training();
    RoundFiles files = new RoundFiles(context);
    Scans scans = scans(context);
    ComponentFilter filter = ComponentFilter.of(context.plan().components(), scans.all());
    outputs.json(files.filterFile(round), filter);
    SpecialistRound specialist =
        new SpecialistRound(
            context.plan().architecture(),
            settings.training(
                context.plan().patch(), context.plan().sampling(), scans.unlabelled.isEmpty()),
            configuration.prediction().window(context.plan().patch()),
            filter,
            new CollapseDetector(watched(context, scans), cohort.classes()),
            cohort.labelledValidation(),
            context.kernels());
    TrainingCheckpoint checkpoint =
        new TrainingCheckpoint(
            files.stateFile(round), context.inputs().digest(), settings.checkpointSeconds());
    if (checkpoint.isAnothers()) {
      context
          .progress()
          .say(
              "round %d: the state that was kept is of a training with other inputs; begun anew"
                  .formatted(round));
    }
    try (Progress.Task task =
        context.progress().begin("round " + round + ": training", settings.length().iterations())) {
      Training.Result result =
          specialist.train(
              taught(scans.labelled, drawn(context, scans.labelled.getFirst())),
              scans.unlabelled,
              start(context, files),
              configuration.seed() * 100 + round,
              context.device(),
              checkpoint,
              task);
      double template =
          specialist.dice(result.weights(), scans.labelled.getFirst(), context.device());
      new TrainingResult(round, result, template).write(context, files, outputs);
    }
  }

  /** What the training begins with; empty for a fresh initialisation. */
  private Optional<Map<String, Tensor>> start(StageContext context, RoundFiles files) {
    boolean restarts = context.configuration().training().labels().restart();
    int before = restarts ? 0 : files.lastWhole(name().round() - 1);
    return before == 0 ? FirstWeights.of(context) : Optional.of(files.weights(before));
  }

  /** Forgets the state of the training, which has its result. */
  @Override
  public void cleanUp(StageContext context) {
    context.run().delete(new RoundFiles(context).stateFile(name().round()));
  }
}
