// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how handles are resolved; they override the environment. */
@Section(Section.Heading.MODULE)
final class HandleOptions {

  @Option(
      names = "--offline",
      description = "do not download anything; use only local folders and the cache")
  private boolean offline;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description =
          "where downloaded modules are stored (default: TFHUB_CACHE_DIR, else"
              + " ~/.cache/tfhub_modules)")
  private String cache;

  @Option(
      names = "--mirror",
      paramLabel = "START=OTHER",
      description = "replace the start of handles, to load them from elsewhere; may be repeated")
  private List<String> mirrors = new ArrayList<>();

  @Option(
      names = "--sha256",
      paramLabel = "DIGEST",
      description = "the SHA-256 digest that the archive of the module must have")
  private String sha256;

  @Mixin private FetchOptions limits;

  /**
   * The module's local folder, for programs that run no job.
   *
   * @param err where the progress of a download is shown
   */
  Hub.Resolved resolve(String handle, PrintWriter err) {
    if (handle.matches("(?!https?:|file:)[A-Za-z][A-Za-z0-9+.-]+://.*") || !mirrors.isEmpty()) {
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
    return Stream.concat(asked.stream(), mirrors.stream().map(m -> m.substring(m.indexOf('=') + 1)))
        .toList();
  }

  /** The options for this handle. */
  HubOptions forHandle(String handle) {
    HubOptions options = limits.of(HubOptions.fromEnvironment());
    if (offline) {
      options = options.withNetwork(HubOptions.Network.OFFLINE);
    }
    if (cache != null) {
      options = options.withCacheFolder(cache);
    }
    for (String mirror : mirrors) {
      if (mirror.indexOf('=') < 1) {
        throw new UsageException("--mirror=" + mirror + " must be START=OTHER");
      }
      options = options.withMirror(mirror);
    }
    if (sha256 != null && !sha256.matches("[0-9a-fA-F]{64}")) {
      throw new UsageException("--sha256=" + sha256 + " must have 64 hexadecimal digits");
    }
    return sha256 == null ? options : options.withPin(handle, sha256);
  }
}
