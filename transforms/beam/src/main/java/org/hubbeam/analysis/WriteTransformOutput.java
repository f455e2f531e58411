// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.RunOptions;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.TransformOutput;
import org.jspecify.annotations.Nullable;

/**
 * Writes the transform output of a fitted function, which Python, TensorFlow Serving and {@link
 * org.hubbeam.preprocessing.TransformFn} can read; see {@link TransformOutput}. It replaces the
 * output of an earlier function; other files in the folder are kept. On a local file system, each
 * part is replaced atomically. The result is the name of the folder, once everything has been
 * written.
 *
 * <pre>{@code
 * AnalyzeDataset.Result analyzed = batches.apply(AnalyzeDataset.of(preprocessor));
 * analyzed.results().apply(WriteTransformOutput.of(preprocessor, "/data/transform_output"));
 * }</pre>
 */
public final class WriteTransformOutput
    extends PTransform<PCollection<AnalyzerResults>, PCollection<String>> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  private record Settings(Preprocessor preprocessor, String folder, List<String> labels)
      implements Serializable {}

  private WriteTransformOutput(Settings settings) {
    this.settings = settings;
  }

  /**
   * Writes the transform output of a function and the results of its analyzers.
   *
   * @param folder a path on this machine or on one of Beam's file systems; all workers must have
   *     access to it
   */
  public static WriteTransformOutput of(Preprocessor preprocessor, String folder) {
    return new WriteTransformOutput(
        new Settings(preprocessor, folder.replaceFirst("(?<=.)/+$", ""), List.of()));
  }

  /**
   * Declares raw columns that are not available when the function serves.
   *
   * @throws IllegalArgumentException when a column does not exist, or every feature needs one
   */
  public WriteTransformOutput withLabels(Collection<String> columns) {
    TransformOutput.checkLabels(settings.preprocessor, columns);
    return new WriteTransformOutput(
        new Settings(settings.preprocessor, settings.folder, List.copyOf(columns)));
  }

  @Override
  public PCollection<String> expand(PCollection<AnalyzerResults> results) {
    RunOptions run = results.getPipeline().getOptions().as(RunOptions.class);
    return results.apply("Write", ParDo.of(new WriteFn(settings, run.getRunFolder())));
  }

  private static final class WriteFn extends DoFn<AnalyzerResults, String> {
    private static final long serialVersionUID = 1;
    private final Settings settings;
    private final @Nullable String runFolder;

    WriteFn(Settings settings, @Nullable String runFolder) {
      this.settings = settings;
      this.runFolder = runFolder;
    }

    @ProcessElement
    public void process(@Element AnalyzerResults results, OutputReceiver<String> out)
        throws IOException {
      boolean local = TempFolder.isLocal(settings.folder);
      if (runFolder != null) {
        new RunFolder(runFolder).checkShared();
      }
      Path draft =
          local
              ? temporaryIn(Path.of(runFolder == null ? settings.folder : runFolder))
              : temporary();
      try (TempFolder.Staged staged = new TempFolder.Staged()) {
        Path whole = draft.resolve("new");
        TransformOutput.of(settings.preprocessor, results)
            .withLabels(settings.labels)
            .write(whole, staged::path);
        if (local) {
          place(whole, Path.of(settings.folder), Files.createDirectory(draft.resolve("old")));
        } else {
          TempFolder.copyAll(whole, settings.folder);
        }
      } finally {
        FileTrees.delete(draft);
      }
      out.output(settings.folder);
    }

    private static Path temporaryIn(Path folder) throws IOException {
      return Files.createTempDirectory(Files.createDirectories(folder), ".transform_output.part-");
    }

    private static Path temporary() throws IOException {
      return Files.createTempDirectory("hubbeam-transform-output");
    }

    private static void place(Path from, Path folder, Path old) throws IOException {
      for (String part : TransformOutput.PARTS) {
        Path target = folder.resolve(part);
        if (Files.exists(target)) {
          Files.move(target, old.resolve(part));
        }
        Files.move(from.resolve(part), target);
      }
    }
  }
}
