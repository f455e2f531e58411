// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.hub.HubOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say where handles lead to, but for the cache. */
@Section(Section.Heading.MODULE)
final class HubAccessOptions {

  @Option(
      names = "--offline",
      description = "do not download anything; use only local folders and the cache")
  private boolean offline;

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

  /** Whether handles are replaced. */
  boolean hasMirrors() {
    return !mirrors.isEmpty();
  }

  /** Where handles are looked up: at the handles themselves, and at what stands for their start. */
  List<String> places(List<String> asked) {
    return Stream.concat(asked.stream(), mirrors.stream().map(m -> m.substring(m.indexOf('=') + 1)))
        .toList();
  }

  /**
   * The options for a handle.
   *
   * @param cache the folder of downloaded modules; null for that of the environment
   */
  HubOptions forHandle(String handle, @Nullable String cache) {
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
