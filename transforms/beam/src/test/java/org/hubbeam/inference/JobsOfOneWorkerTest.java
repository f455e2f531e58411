// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.Command;
import org.hubbeam.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that embed, one after the other in one worker. */
class JobsOfOneWorkerTest {

  private static final int JOBS = 6;

  @TempDir Path work;

  /** A pipeline that calls a module, which refuses a row of each batch. */
  static final class EmbedJob implements Worker.Job {
    @Override
    public String run(String folder) {
      Pipeline pipeline =
          Pipeline.create(
              PipelineOptionsFactory.fromArgs("--targetParallelism=2", "--runner=DirectRunner")
                  .create());
      Batch batch =
          Batch.of(Map.of("number", Array.Dense.vector(Values.of(1, 2, LookupModule.ROWS, 0))));
      pipeline
          .apply(Create.of(Collections.nCopies(20, batch)).withCoder(new PlainBatchCoder()))
          .apply(RunModule.of(ModuleSpec.of(folder)));
      return pipeline.run().waitUntilFinish().toString();
    }
  }

  @Test
  void theClassesAndTheModuleOfAJobThatHasEndedAreGone() throws Exception {
    String job = EmbedJob.class.getName() + " " + LookupModule.write(work.resolve("module"));
    Worker worker =
        Worker.withNatives().awaitingUnloaded(30).withFlags("-Dhubbeam.moduleIdleSeconds=1");
    String printed = Command.run(work, worker.command(work, Collections.nCopies(JOBS, job)));
    assertThat(Worker.lines(printed)).hasSize(JOBS).containsOnly("done DONE");
    List<String> loaders = printed.lines().filter(l -> l.startsWith("loaders ")).toList();
    assertThat(loaders).hasSize(JOBS).allMatch(l -> l.startsWith("loaders 1,"));
    // A module that stays is 64 MiB more with each job.
    assertThat(resident(loaders.get(JOBS - 1))).isLessThan(resident(loaders.get(2)) + 100);
  }

  private static int resident(String line) {
    return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
  }
}
