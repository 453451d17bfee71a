package org.onelabel.pipeline.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.metrics.Metrics;

class CaseTableTest {
  private static final double NONE = Double.NaN;

  @Test
  void aLineHasWhatIsKnownOfAStructureAndCellsStayEmptyOtherwise() {
    RunMetrics metrics =
        new RunMetrics(
            Hd95.POOLED,
            List.of("a", "b"),
            1,
            List.of(),
            List.of(
                new RunMetrics.Estimate("pool", "p", List.of(0.75, NONE)),
                new RunMetrics.Estimate("test", "both", List.of(0.5, 0.25))),
            List.of(),
            List.of(
                new RunMetrics.CaseMetrics(
                    "test", "both", List.of(new Metrics(0.6, 0.4, 3, 2, 1), Metrics.NONE)),
                new RunMetrics.CaseMetrics(
                    "test", "=t", List.of(Metrics.NONE, new Metrics(1, 1, 0, 0, 0)))));
    assertEquals(
        """
        set,case,structure,dice,jaccard,hd95_mm,asd_mm,estimated_dice
        pool,"p","a",,,,,0.750000
        pool,"p","b",,,,,
        test,"both","a",0.600000,0.400000,3.0000,2.0000,0.500000
        test,"both","b",,,,,0.250000
        test,"'=t","a",,,,,
        test,"'=t","b",1.000000,1.000000,0.0000,0.0000,
        """,
        CaseTable.of(metrics));
  }
}
