package org.onelabel.cli.kernels;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.experiment.Benchmark;
import org.onelabel.kernels.experiment.CheckedCase;
import org.onelabel.kernels.experiment.KernelCase;
import org.onelabel.kernels.experiment.Roofline;
import org.onelabel.kernels.experiment.Workload;
import org.onelabel.volumes.file.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "bench",
    description =
        "Times a kernel on random data, and compares it with the roofline of this machine, measured"
            + " in the same run.",
    mixinStandardHelpOptions = true)
final class KernelsBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private WorkloadOptions shape;

  @Mixin private ImplementationOptions implementation;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "0 for as many as may be used. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the result there, too.")
  private Optional<Path> json;

  @Override
  public Integer call() {
    Workload workload = shape.workload();
    try (Kernels kernels = implementation.open(threads);
        Arena arena = Arena.ofShared()) {
      KernelCase timed = workload.prepare(workload.input(arena), arena);
      Benchmark.Result result =
          Benchmark.run(kernels, Roofline.measure(kernels), timed, shape.repeat());
      Benchmark.table(List.of(result)).forEach(spec.commandLine().getOut()::println);
      json.ifPresent(file -> AtomicFile.write(file, json(result)));
      CheckedCase.Outcome outcome = timed.compare();
      if (!outcome.isRight()) {
        spec.commandLine().getErr().println("wrong: " + outcome.description());
        return ExitCode.OUR_FAULT;
      }
    }
    return ExitCode.DONE;
  }

  private static String json(Benchmark.Result result) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode node = mapper.createObjectNode();
    node.put("kernel", result.workload().kernel());
    node.put("implementation", result.implementation());
    node.put("isa", result.instructionSet());
    node.put("threads", result.threads());
    node.set("shape", mapper.valueToTree(result.workload().shape()));
    node.put("median_seconds", result.medianSeconds());
    node.put("spread", result.spread());
    node.put("gflops", result.gigaflops());
    node.put("gbytes_per_second", result.gigabytesPerSecond());
    if (result.rooflineFraction().isEmpty()) {
      node.putNull("bound_fraction");
    } else {
      node.put("bound_fraction", result.rooflineFraction().getAsDouble());
    }
    return node.toPrettyString() + "\n";
  }
}
