package org.onelabel.pipeline.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.directory.Version;
import org.onelabel.pipeline.files.InputFiles;
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

  /**
   * Ids of its cases.
   *
   * @param trustedLabels SHA-256 of the label file of each trusted case, in hexadecimal
   */
  public record Cases(
      String template,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> trusted,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> trustedLabels,
      List<String> unlabelled,
      List<String> validation,
      List<String> test) {

    private static Cases of(Dataset dataset, InputFiles files) {
      Map<String, String> labels = new LinkedHashMap<>();
      dataset
          .trusted()
          .forEach(c -> labels.put(c.id(), files.hash(c.label().orElseThrow()).sha256()));
      return new Cases(
          dataset.template().id(),
          ids(dataset.trusted()),
          labels,
          ids(dataset.unlabelled()),
          ids(dataset.validation()),
          ids(dataset.test()));
    }

    private static List<String> ids(List<Case> cases) {
      return cases.stream().map(Case::id).toList();
    }
  }

  /** What a run is made of: {@code dataset}, and {@code files} as they were when it began. */
  public static Provenance of(
      Dataset dataset, InputFiles files, Kernels kernels, ComputeDevice device, Plan plan) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("onelabel", Version.text());
    versions.put("java", Runtime.version().toString());
    versions.put("kernels", kernels.implementation() + " " + kernels.instructionSet());
    versions.put("kernels' threads", Integer.toString(kernels.threads()));
    versions.put("pytorch", ComputeDevice.engineVersion());
    versions.put("pytorch's threads", Integer.toString(ComputeDevice.engineThreads()));
    versions.put("networks", device.toString());
    return new Provenance(
        dataset.name(), dataset.structures(), Cases.of(dataset, files), versions, plan);
  }
}
