// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import org.hubbeam.training.Activation;
import org.hubbeam.training.HeadOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a head looks like. */
@Section(Section.Heading.HEAD)
final class HeadFormOptions {

  @Option(
      names = "--hidden",
      split = ",",
      paramLabel = "N",
      description =
          "the sizes of hidden layers, such as 64,32; 0: none, a linear head (default: 128 with a"
              + " dropout of 0.3; lbfgs: 0)")
  private List<Integer> hidden = List.of();

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      description = "of hidden layers: ${COMPLETION-CANDIDATES} (default: RELU)")
  private @Nullable Activation activation;

  @Option(
      names = "--dropout",
      paramLabel = "PART",
      description =
          "the part of hidden outputs that training leaves out (default: 0.3; with --hidden: 0)")
  private @Nullable Double dropout;

  /**
   * The form of the head.
   *
   * @param unless the form when no sizes are given
   */
  HeadOptions form(HeadOptions unless) {
    HeadOptions form = hidden.isEmpty() ? unless : HeadOptions.LINEAR;
    try {
      if (!hidden.isEmpty() && !hidden.equals(List.of(0))) {
        form = form.withHidden(hidden);
      }
      form = activation == null ? form : form.withActivation(activation);
      form = dropout == null ? form : form.withDropout(dropout);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--hidden, --dropout: " + e.getMessage());
    }
    if (form.isLinear() && (activation != null || dropout != null)) {
      throw new UsageException(
          (activation != null ? "--activation" : "--dropout")
              + " is for hidden layers; --hidden=64 makes one");
    }
    return form;
  }
}
