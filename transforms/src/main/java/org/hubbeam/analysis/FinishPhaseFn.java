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

/** From the summary and the vocabularies of a phase to all that is known after it. */
final class FinishPhaseFn extends DoFn<byte[], Bindings> {
  private static final long serialVersionUID = 1;

  private final Phase phase;
  private final PCollectionView<Bindings> before;
  private final PCollectionView<Iterable<Bindings>> vocabularies;
  private final TempFolder temp;

  /**
   * @param before what was known before
   * @param vocabularies what the vocabularies are; null where there is none
   */
  FinishPhaseFn(
      Phase phase,
      PCollectionView<Bindings> before,
      PCollectionView<Iterable<Bindings>> vocabularies,
      TempFolder temp) {
    this.phase = phase;
    this.before = before;
    this.vocabularies = vocabularies;
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
      Bindings known = context.sideInput(before).with(new Bindings(found.arrays(), files));
      if (vocabularies != null) {
        for (Bindings vocabulary : context.sideInput(vocabularies)) {
          known = known.with(vocabulary);
        }
      }
      context.output(known);
    } finally {
      TempFolder.delete(folder);
    }
  }

  private Bindings.File moved(Bindings.File file) throws IOException {
    String location = temp.write(file.name(), path -> Files.copy(Path.of(file.location()), path));
    return new Bindings.File(file.name(), location, file.size());
  }
}
