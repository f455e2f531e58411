// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** Random tables of a given width or number of tokens, with functions to be fitted to them. */
final class Tables {

  private static final int WORDS = 20;

  /** A prime greater than all vocabularies here: its multiples run through all tokens. */
  private static final long STRIDE = 15_485_863;

  /** How many tokens a row of {@link #tokens} has. */
  static final int TOKENS_PER_ROW = 10;

  private final Inputs inputs;

  Tables(Inputs inputs) {
    this.inputs = inputs;
  }

  /** A table and the function. */
  record Fitting(Path table, Path spec) {}

  /** A table. Half of the columns are numbers to be scaled, half are words for vocabularies. */
  Fitting wide(int columns, long rows) throws IOException {
    Path table =
        inputs.file(
            "wide-" + columns + "-" + rows + ".csv",
            out -> {
              Random random = new Random(columns);
              for (int c = 0; c < columns; c++) {
                out.write((c == 0 ? "c" : ",c") + c);
              }
              out.write('\n');
              for (long r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                  String cell =
                      c % 2 == 0
                          ? Integer.toString(random.nextInt(1000))
                          : "w" + random.nextInt(WORDS);
                  out.write(c == 0 ? cell : "," + cell);
                }
                out.write('\n');
              }
            });
    return new Fitting(table, wideSpec(columns));
  }

  private Path wideSpec(int columns) throws IOException {
    return inputs.file(
        "wide-" + columns + ".yaml",
        out -> {
          out.write("columns:\n");
          for (int c = 0; c < columns; c++) {
            out.write("  c" + c + ": {type: " + (c % 2 == 0 ? "float32" : "string") + "}\n");
          }
          out.write("outputs:\n");
          for (int c = 0; c < columns; c++) {
            String call = c % 2 == 0 ? "scale_to_z_score(c" : "compute_and_apply_vocabulary(c";
            out.write("  f" + c + ": " + call + c + ")\n");
          }
        });
  }

  /** Rows of ten tokens from a vocabulary with a uniform distribution. */
  Fitting tokens(long vocabulary, long rows) throws IOException {
    Path table =
        inputs.file(
            "tokens-" + vocabulary + "-" + rows + ".csv",
            out -> {
              out.write("words\n");
              for (long i = 0; i < rows * TOKENS_PER_ROW; i++) {
                out.write("t" + i * STRIDE % vocabulary);
                out.write((i + 1) % TOKENS_PER_ROW == 0 ? '\n' : ' ');
              }
            });
    Path spec =
        inputs.file(
            "tokens.yaml",
            out ->
                out.write(
                    """
                    columns:
                      words: {type: string}
                    outputs:
                      ids: compute_and_apply_vocabulary(split(words))
                    """));
    return new Fitting(table, spec);
  }
}
