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
      description = "the sizes of hidden layers, such as 64,32 (default: none, a linear head)")
  private List<Integer> hidden = List.of();

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      description = "of hidden layers: ${COMPLETION-CANDIDATES} (default: RELU)")
  private @Nullable Activation activation;

  @Option(
      names = "--dropout",
      paramLabel = "PART",
      description = "the part of hidden outputs that training leaves out (default: 0)")
  private @Nullable Double dropout;

  /** The form of the head. */
  HeadOptions form() {
    if (hidden.isEmpty() && (activation != null || dropout != null)) {
      throw new UsageException(
          (activation != null ? "--activation" : "--dropout")
              + " is for hidden layers; --hidden=64 makes one");
    }
    try {
      HeadOptions form = HeadOptions.LINEAR.withHidden(hidden);
      form = activation == null ? form : form.withActivation(activation);
      return dropout == null ? form : form.withDropout(dropout);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--hidden, --dropout: " + e.getMessage());
    }
  }
}
