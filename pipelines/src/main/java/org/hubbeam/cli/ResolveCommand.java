// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.hubbeam.hub.Hub;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints the local folder of a module; downloads it if necessary. */
@Command(
    name = "resolve",
    description = "Print the local folder of a module; download it if necessary.",
    footer = {"", "Example: hubbeam resolve google/nnlm/tensorFlow2/en-dim128/1"})
final class ResolveCommand extends BaseCommand {

  @Mixin private HandleOptions handles;

  @Parameters(
      paramLabel = "HANDLE",
      description =
          "a folder, an archive (.tar, .tar.gz, .tgz), an https: URL, a Kaggle handle, or a gs:,"
              + " s3: or hdfs: path")
  private String handle;

  @Override
  public Integer call() {
    Hub.Resolved resolved = handles.resolve(handle, err());
    out().println(resolved.folder());
    return 0;
  }
}
