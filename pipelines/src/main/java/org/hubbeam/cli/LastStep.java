// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.Serializable;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PDone;
import org.hubbeam.files.FileGlob;
import org.hubbeam.files.WhenDone;
import org.hubbeam.files.WholeFile;

/**
 * The last step of a job without a launcher: when all files are written, it writes the manifest,
 * and deletes the folders of the run.
 */
final class LastStep extends PTransform<PCollectionList<String>, PDone> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  private record Settings(Job.Finish finish, Output output, RunFolders folders)
      implements Serializable {}

  private LastStep(Settings settings) {
    this.settings = settings;
  }

  /** After a job with this output, whose files are the input. */
  static LastStep of(Job.Finish finish, Output output, RunFolders folders) {
    return new LastStep(new Settings(finish, output, folders));
  }

  @Override
  public PDone expand(PCollectionList<String> written) {
    written
        .getPipeline()
        .apply("Manifest", Create.of(settings.output.manifest()).withCoder(StringUtf8Coder.of()))
        .apply("Wait", WhenDone.of(written.apply("All", Flatten.pCollections())))
        .apply("Write manifest", ParDo.of(new WriteFn(settings)));
    return PDone.in(written.getPipeline());
  }

  private static final class WriteFn extends DoFn<String, Void> {
    private static final long serialVersionUID = 1;
    private final Settings settings;

    WriteFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element String manifest) throws IOException {
      if (isDone(manifest)) {
        return;
      }
      settings.folders.run().checkShared();
      long failures = OutputFiles.lines(settings.output.failures());
      WholeFile.write(
          manifest, settings.finish.manifest(settings.folders.run(), failures).toJson());
      settings.folders.delete();
    }

    /** Whether this is done again, after it was done. */
    private boolean isDone(String manifest) {
      return FileGlob.match(settings.folders.run().record()).isEmpty()
          && !FileGlob.match(manifest).isEmpty();
    }
  }
}
