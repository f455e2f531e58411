// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hubbeam.batch.FileTrees;
import picocli.CommandLine.Command;

/**
 * Runs every program that takes an engine on a few rows, so that the launcher can dump the classes
 * that they load into a class-data sharing archive. Deletes its files.
 */
@Command(
    name = "warm-up",
    hidden = true,
    description = "Run the programs on a few rows, to create the class-data sharing archive.")
final class WarmUpCommand extends BaseCommand {

  private static final String SPEC =
      """
      columns:
        age: {type: float32}
        job: {type: string}
        words: {type: string, varlen: true}
      outputs:
        age_z: scale_to_z_score(age)
        age_bucket: bucketize(age, 3)
        job_id: compute_and_apply_vocabulary(job, top_k=10, num_oov_buckets=1)
        scaled: scale_to_0_1(scale_to_z_score(age))
        lower: to_lower(words)
      """;

  private static final String ROWS =
      """
      age,job,words
      39,baker,Bread
      50,smith,Iron
      x,smith,Iron
      """;

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("hubbeam-warm-up");
    try {
      String spec = Files.writeString(folder.resolve("spec.yaml"), SPEC).toString();
      String rows = Files.writeString(folder.resolve("rows.csv"), ROWS).toString();
      int worst = 0;
      for (String engine : List.of("flink", "direct")) {
        String out = folder.resolve(engine).toString();
        worst = Math.max(worst, run("demo", "--runner=" + engine, "--folder=" + out + "-demo"));
        String on = "--runner=" + engine;
        String input = "--input=" + rows;
        worst = Math.max(worst, run("transform", on, "--spec=" + spec, input, "--output=" + out));
        worst =
            Math.max(
                worst,
                run("apply", on, "--transformOutput=" + out, input, "--output=" + out + "/new"));
      }
      return worst;
    } finally {
      FileTrees.delete(folder);
    }
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(PrintWriter.nullWriter()), err(), args);
  }
}
