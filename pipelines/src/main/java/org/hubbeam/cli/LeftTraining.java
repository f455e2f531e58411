// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hubbeam.batch.Printable;
import org.hubbeam.files.FileGlob;
import org.hubbeam.files.WholeFile;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What a run keeps beside its output for a run after it: the state of its training, and the options
 * that this depends on.
 *
 * @param folder it is removed when the output is whole
 */
record LeftTraining(String folder) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Options of training that say only what it may use. */
  private static final Set<String> RESOURCES = Set.of("--threads", "--memory");

  /** The file of the state; of several, how their names begin. */
  String checkpoint() {
    return Output.in(folder, "checkpoint");
  }

  private List<String> states() throws IOException {
    return FileGlob.match(checkpoint() + "*").stream().map(f -> f.resourceId().toString()).toList();
  }

  private String options() {
    return Output.in(folder, "options.json");
  }

  /** Whether a training depends on an option, beside its features. */
  static boolean isTrained(OptionSpec option) {
    Section.Heading section = HelpSections.of(option);
    boolean asked =
        section == Section.Heading.HEAD
            || section == Section.Heading.ENSEMBLE
            || section == Section.Heading.TRAINING
            || option.longestName().equals("--task");
    return asked && !RESOURCES.contains(option.longestName());
  }

  /**
   * Looks whether a training that did not end can go on with other options.
   *
   * @param now the options, sorted
   * @param job says whether what is there may be replaced
   * @param err is told what becomes of it
   * @throws UsageException if it cannot, and is not to be replaced
   */
  void check(List<String> now, JobOptions job, PrintWriter err) throws IOException {
    if (states().isEmpty()) {
      return;
    }
    List<String> before = new ArrayList<>();
    Optional<String> text = OutputFiles.text(options());
    if (text.isPresent()) {
      JSON.readTree(text.get()).forEach(option -> before.add(option.asText()));
    }
    if (text.isPresent() && before.equals(now)) {
      err.println(
          Printable.line("going on with the training that an earlier run left in " + folder));
      return;
    }
    List<String> more = new ArrayList<>(before);
    more.removeAll(now);
    List<String> missing = new ArrayList<>(now);
    missing.removeAll(before);
    String found =
        "an earlier run left the checkpoint of another training in "
            + folder
            + (more.isEmpty() ? "" : ", with " + String.join(" ", more))
            + (missing.isEmpty() ? "" : ", without " + String.join(" ", missing));
    if (!job.isOverwriting()) {
      throw new UsageException(
          found + "; use the same options to go on with it, or --overwrite to train anew");
    }
    err.println(Printable.line(found + "; training begins anew"));
    discard();
  }

  /** Removes the state, which is not of these rows. */
  void discard() throws IOException {
    OutputFiles.delete(states());
    OutputFiles.delete(List.of(options()));
  }

  /** Keeps the options, sorted. */
  void begin(List<String> now) throws IOException {
    ArrayNode json = JSON.createArrayNode();
    now.forEach(json::add);
    WholeFile.write(options(), json.toPrettyString() + "\n");
  }
}
