// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how handles are resolved; they override the environment. */
@Section(Section.Heading.MODULE)
final class HandleOptions {

  @Mixin private HubAccessOptions access;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description =
          "where downloaded modules are stored (default: TFHUB_CACHE_DIR, else"
              + " ~/.cache/tfhub_modules)")
  private String cache;

  /**
   * The module's local folder, for programs that run no job.
   *
   * @param err where the progress of a download is shown
   */
  Hub.Resolved resolve(String handle, PrintWriter err) {
    if (handle.matches("(?!https?:|file:)[A-Za-z][A-Za-z0-9+.-]+://.*") || access.hasMirrors()) {
      FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    }
    return Fetch.resolve(handle, forHandle(handle), err);
  }

  /** The folders of modules that are named here. */
  List<String> folders() {
    return cache == null ? List.of() : List.of(cache);
  }

  /** Where handles are looked up: at the handles themselves, and at what stands for their start. */
  List<String> places(List<String> asked) {
    return access.places(asked);
  }

  /** The options for this handle. */
  HubOptions forHandle(String handle) {
    return access.forHandle(handle, cache);
  }
}
