package org.onelabel.pipeline.workflow;

import java.util.List;
import java.util.function.Function;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.framing.FramingFile;
import org.onelabel.pipeline.framing.Framings;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.PerCaseStage;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.volumes.dataset.Dataset;

/** Finds the template's anatomy in the pool. */
record RegistrationStage(Declaration declaration) implements PerCaseStage {

  RegistrationStage(Configuration configuration, Dataset dataset) {
    this(
        new Draft(Kind.REGISTRATION.once(), configuration, dataset)
            .pool()
            .settings("registration")
            .done());
  }

  @Override
  public List<String> cases(StageContext context) {
    return context.cohort().poolIds();
  }

  @Override
  public String title() {
    return "registration";
  }

  @Override
  public boolean isConcurrent() {
    return true;
  }

  @Override
  public CaseWork open(StageContext context) {
    Function<WorkingScan, Framing> finder = new Framings(context).finder();
    return (id, outputs, _) -> {
      Framing framing = finder.apply(context.cohort().scan(id));
      outputs.tensors(context.run().registration(id), FramingFile.of(framing));
    };
  }
}
