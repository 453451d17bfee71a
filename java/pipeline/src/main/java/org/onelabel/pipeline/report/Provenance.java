package org.onelabel.pipeline.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.directory.Version;
import org.onelabel.pipeline.plan.Plan;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;

/** What a run was made of; the content of {@code run.json}. */
public record Provenance(
    String dataset,
    List<String> structures,
    @JsonUnwrapped Cases cases,
    Map<String, String> versions,
    Plan plan) {

  /** Ids of its cases. */
  public record Cases(
      String template,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> trusted,
      List<String> unlabelled,
      List<String> validation,
      List<String> test) {

    private static Cases of(Dataset dataset) {
      return new Cases(
          dataset.template().id(),
          ids(dataset.trusted()),
          ids(dataset.unlabelled()),
          ids(dataset.validation()),
          ids(dataset.test()));
    }

    private static List<String> ids(List<Case> cases) {
      return cases.stream().map(Case::id).toList();
    }
  }

  public static Provenance of(Dataset dataset, Kernels kernels, ComputeDevice device, Plan plan) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("onelabel", Version.text());
    versions.put("java", Runtime.version().toString());
    versions.put("kernels", kernels.implementation() + " " + kernels.instructionSet());
    versions.put("kernels' threads", Integer.toString(kernels.threads()));
    versions.put("pytorch", ComputeDevice.engineVersion());
    versions.put("pytorch's threads", Integer.toString(ComputeDevice.engineThreads()));
    versions.put("networks", device.toString());
    return new Provenance(dataset.name(), dataset.structures(), Cases.of(dataset), versions, plan);
  }
}
