package org.onelabel.pipeline.workflow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.onelabel.pipeline.atlas.AtlasBends;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.framing.Framings;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.registration.bending.Bending;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.PerCaseStage;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.volumes.dataset.Dataset;

/** Registers the pool with its atlases. */
record AtlasStage(Declaration declaration) implements PerCaseStage {

  AtlasStage(Configuration configuration, Dataset dataset) {
    this(
        new Draft(Kind.ATLASES.once(), configuration, dataset)
            .registered()
            .pool()
            .trustedIds()
            .settings("registration")
            .done());
  }

  @Override
  public List<String> cases(StageContext context) {
    return context.cohort().poolIds();
  }

  @Override
  public String title() {
    return "registration with atlases";
  }

  @Override
  public boolean isConcurrent() {
    return true;
  }

  @Override
  public CaseWork open(StageContext context) {
    Framings framings = new Framings(context);
    int cells = context.configuration().registration().cells();
    Map<String, Bending> bendings = new LinkedHashMap<>();
    for (String id : framings.atlases()) {
      WorkingScan atlas = context.cohort().scan(id);
      Framing framing = framings.of(atlas);
      bendings.put(
          id,
          new Bending(
              atlas.image(context.cohort().spacing()),
              framing.placement(),
              framing.frame(),
              cells));
    }
    return new Bends(context, framings, framings.leastLikeness(), bendings);
  }

  private record Bends(
      StageContext context, Framings framings, double leastLikeness, Map<String, Bending> bendings)
      implements CaseWork {
    @Override
    public void run(String id, Outputs outputs, Progress.Task task) {
      WorkingScan scan = context.cohort().scan(id);
      Framing framing = framings.of(scan);
      SortedMap<String, Bend> bends = new TreeMap<>();
      if (framing.isPlausible(leastLikeness)) {
        Image image = scan.image(context.cohort().spacing());
        bendings.forEach(
            (atlas, bending) -> {
              if (!atlas.equals(id)) {
                bends.put(atlas, bending.bend(image, framing.placement()));
              }
            });
      }
      outputs.tensors(context.run().atlases(id), new AtlasBends(bends).file());
    }
  }
}
