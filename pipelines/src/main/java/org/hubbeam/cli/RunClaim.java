// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.RunOptions;
import org.hubbeam.files.ThisProcess;
import org.hubbeam.files.WholeFile;

/**
 * An output that a run of this process writes. While the claim lasts, other runs refuse to write
 * there; what is not finished is in its folder, and goes with it.
 */
final class RunClaim {

  private final RunFolders folders;
  private final RunRecord record;

  private RunClaim(RunFolders folders, RunRecord record) {
    this.folders = folders;
    this.record = record;
  }

  /**
   * Writes the record of a run, and lets the options of its pipeline say where its folders are.
   *
   * @param others those that may write there, too
   * @throws EnvironmentException if another run does
   */
  static RunClaim take(
      String program,
      Output output,
      PipelineOptions options,
      RunRecord.EngineJob job,
      OtherRuns others)
      throws IOException {
    String id = UUID.randomUUID().toString();
    RunFolder folder = new RunFolder(Output.in(output.folder(), RunFolder.PREFIX + id));
    String base = options.getTempLocation();
    String temp =
        base != null
            ? Output.in(base.replaceFirst("^file:(//)?(?=/)", ""), "hubbeam-" + id)
            : options.as(LocalTasks.class).getLocalTasks() == 0
                ? null
                : Locations.isLocal(output.folder())
                    ? folder.child("steps")
                    : Path.of(System.getProperty("java.io.tmpdir"), "hubbeam-" + id).toString();
    if (temp != null && Locations.isLocal(temp)) {
      temp = Path.of(temp).toAbsolutePath().toString();
    }
    RunRecord record =
        new RunRecord(
            program,
            output.place(),
            job,
            new RunRecord.Launcher(
                ThisProcess.host(), ThisProcess.scope(), ThisProcess.pid(), ThisProcess.started()),
            temp,
            Instant.now());
    boolean made = base != null && Locations.isLocal(base) && !Files.exists(Path.of(base));
    RunClaim claim = new RunClaim(new RunFolders(folder, temp, made ? base : null), record);
    try {
      WholeFile.write(folder.record(), record.toJson());
      others.check(folder);
    } catch (IOException | RuntimeException e) {
      claim.release();
      throw e;
    }
    options.as(RunOptions.class).setRunFolder(folder.location());
    options.as(RunOptions.class).setRunTempFolder(temp);
    return claim;
  }

  /** Whether the job goes on, seen without its launcher. */
  RunState state() {
    return Engines.named(record.job().engine()).stateWithoutLauncher(record.job());
  }

  /** What to say if the job may go on without its launcher. */
  String stays() {
    return record.who()
        + ", may go on; the next run with this --output removes "
        + folders.run().location()
        + " when it has ended";
  }

  /** What goes with the run. */
  RunFolders folders() {
    return folders;
  }

  /** Deletes the folders of the run. */
  void release() {
    folders.delete();
  }
}
