// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.explore.ExploreOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows an index in the browser. */
@Command(
    name = "explore",
    description = {
      "Look at an index in the browser: search it, filter it, and see it as a map.",
      "",
      "Nothing leaves this machine, and only this machine is answered, unless --host is another"
          + " address."
    },
    footer = {"", "Example: hubbeam explore --index=out/index"})
final class ExploreCommand extends BaseCommand {

  @Mixin private HandleOptions handles;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private LoadingOptions loading;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--index",
      required = true,
      paramLabel = "DIR",
      description = "the folder of the index")
  private String index;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--pictures",
      paramLabel = "COLUMN",
      description =
          "the column of encoded pictures, or of the names of their files on this machine; id for"
              + " ids that are names of files, none for no pictures (default: looked for)")
  private @Nullable String pictures;

  @Section(Section.Heading.MODULE)
  @Option(
      names = "--module",
      split = ",",
      paramLabel = "HANDLE",
      description = "where the module of the embeddings is (default: where it was)")
  private List<String> modules = new ArrayList<>();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "the port to listen at (default: any free one)")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = ExploreOptions.LOOPBACK,
      description =
          "the address to listen at; who asks at another than the default needs the token in the"
              + " address that is printed. It is not encrypted")
  private String host;

  @Override
  public Integer call() throws IOException {
    ExploreOptions options = Serving.at(ExploreOptions.page(index), host, port);
    if (pictures != null) {
      options = options.withPictures(pictures);
    }
    ModuleQueryEncoder.Access access = ModuleQueryEncoder.Access.of(given(), modules, err());
    return new Serving(index, handles.forHandle(index), access).run(options, out(), err());
  }
}
