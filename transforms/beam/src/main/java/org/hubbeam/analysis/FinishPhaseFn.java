package org.hubbeam.analysis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.plan.Bindings;
import org.hubbeam.plan.Phase;

/** From the summary of a phase, and what was found beside it, to all that is known after it. */
final class FinishPhaseFn extends DoFn<byte[], Bindings> {
  private static final long serialVersionUID = 1;

  private final Phase phase;
  private final PCollectionView<Iterable<Bindings>> beside;
  private final TempFolder temp;

  /**
   * @param beside what was known before, and what is found beside the summary
   */
  FinishPhaseFn(Phase phase, PCollectionView<Iterable<Bindings>> beside, TempFolder temp) {
    this.phase = phase;
    this.beside = beside;
    this.temp = temp;
  }

  /** Finishes the phase. */
  @ProcessElement
  public void process(ProcessContext context, @Element byte[] summary) throws IOException {
    Path folder = Files.createTempDirectory("hubbeam-finish");
    try {
      Bindings found = MergeSummaries.summary(phase, summary).finish(folder);
      Map<String, Bindings.File> files = new LinkedHashMap<>();
      for (Map.Entry<String, Bindings.File> file : found.files().entrySet()) {
        files.put(file.getKey(), moved(file.getValue()));
      }
      Bindings known = Bindings.NONE;
      for (Bindings other : context.sideInput(beside)) {
        known = known.with(other);
      }
      known = known.with(new Bindings(found.arrays(), files));
      check(known);
      context.output(known);
    } finally {
      TempFolder.delete(folder);
    }
  }

  private void check(Bindings known) {
    for (Phase.Step step : phase.steps()) {
      for (String output : step.node().outputs()) {
        if (!known.arrays().containsKey(output) && !known.files().containsKey(output)) {
          throw new IllegalStateException("the analyzer " + step.node().name() + " gave nothing");
        }
      }
    }
  }

  private Bindings.File moved(Bindings.File file) throws IOException {
    String location = temp.write(file.name(), path -> Files.copy(Path.of(file.location()), path));
    return new Bindings.File(file.name(), location, file.size());
  }
}
