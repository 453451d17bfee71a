package org.onelabel.pipeline.atlas;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.framing.Framings;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.stage.StageContext;

/** What reaches the scans of a run's pool through its atlases. For one thread. */
public final class Atlases {
  private final StageContext context;
  private final Framings framings;
  private final boolean none;

  /** The atlases' labels in the frame, by their ids. */
  private final Map<String, byte[]> labels = new TreeMap<>();

  public Atlases(StageContext context, Framings framings) {
    this.context = context;
    this.framings = framings;
    none = !context.configuration().usesAtlases();
  }

  /**
   * A scan's label joined with those of the atlases.
   *
   * @param own the scan's label in the frame
   * @param ofAtlas the same of an atlas without a trusted label, asked for once
   */
  public PseudoLabel fused(
      WorkingScan scan, PseudoLabel own, BiFunction<Framing, String, PseudoLabel> ofAtlas) {
    Map<String, Bend> bends = none ? Map.of() : bends(scan.id());
    if (bends.isEmpty()) {
      return own;
    }
    LabelFusion fusion =
        new LabelFusion(own, framings.of(scan).frame().extent(), context.cohort().classes());
    bends.forEach(
        (id, bend) -> fusion.add(labels.computeIfAbsent(id, _ -> labels(id, ofAtlas)), bend));
    return fusion.result();
  }

  private Map<String, Bend> bends(String id) {
    return AtlasBends.of(context.run().readTensors(context.run().atlases(id))).bends();
  }

  private byte[] labels(String id, BiFunction<Framing, String, PseudoLabel> ofAtlas) {
    Cohort cohort = context.cohort();
    WorkingScan atlas = cohort.scan(id);
    Framing framing = framings.of(atlas);
    Optional<byte[]> trusted = cohort.trustedLabels(atlas).map(framing::pullKnown);
    return trusted.orElseGet(() -> ofAtlas.apply(framing, id).labels());
  }
}
