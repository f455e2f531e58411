// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.hubbeam.media.MediaNatives;
import org.hubbeam.model.NativeRuntime;
import picocli.CommandLine.Command;

/** Unpacks and loads the native libraries, once before the first program runs. */
@Command(
    name = "unpack-natives",
    hidden = true,
    description = "Unpack and load the native libraries.")
final class UnpackNativesCommand extends BaseCommand {

  @Override
  public Integer call() {
    NativeRuntime.load();
    try {
      MediaNatives.load();
    } catch (IllegalStateException e) {
      // Most programs do without; those that read clips and sound meet the same and report it.
      return 0;
    }
    return 0;
  }
}
