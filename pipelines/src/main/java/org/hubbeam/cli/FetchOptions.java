// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.time.Duration;
import org.hubbeam.hub.ArchiveLimits;
import org.hubbeam.hub.FetchLimits;
import org.hubbeam.hub.HubOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The limits of what is downloaded. */
@Section(Section.Heading.MODULE)
final class FetchOptions {

  @Option(
      names = "--maxModuleBytes",
      paramLabel = "BYTES",
      description =
          "the maximum size of a module, downloaded and unpacked (default: 20 GiB downloaded;"
              + " unpacked 64 GiB, and 100 times its archive)")
  private @Nullable Long bytes;

  @Option(
      names = "--maxModuleFiles",
      paramLabel = "N",
      description = "the maximum number of files and folders in a module (default: 10000)")
  private @Nullable Integer files;

  @Option(
      names = "--downloadTimeout",
      paramLabel = "SECONDS",
      description = "the time limit of a download (default: a day)")
  private @Nullable Double timeout;

  @Option(
      names = "--minDownloadSpeed",
      paramLabel = "BYTES",
      description = "the minimum number of bytes a second from a server (default: 1024)")
  private @Nullable Long speed;

  /** The options with the limits that were given. */
  HubOptions of(HubOptions options) {
    require("--maxModuleBytes", bytes, bytes == null || bytes >= 1, "1 or more");
    require("--maxModuleFiles", files, files == null || files >= 1, "1 or more");
    require(
        "--downloadTimeout",
        timeout,
        timeout == null || timeout >= 0.001,
        "at least 0.001 seconds");
    require("--minDownloadSpeed", speed, speed == null || speed >= 0, "0 or more");
    ArchiveLimits archives = ArchiveLimits.DEFAULT;
    FetchLimits fetches = FetchLimits.DEFAULT;
    if (bytes != null) {
      archives = archives.withBytes(bytes).withRatio(Double.POSITIVE_INFINITY);
      fetches = fetches.withBytes(bytes);
    }
    if (files != null) {
      archives = archives.withEntries(files);
    }
    if (timeout != null) {
      fetches = fetches.withTime(Duration.ofMillis(Math.round(timeout * 1000)));
    }
    if (speed != null) {
      fetches = fetches.withBytesPerSecond(speed);
    }
    return options.withLimits(archives).withFetchLimits(fetches);
  }

  private static void require(
      String option, @Nullable Number value, boolean allowed, String bounds) {
    if (!allowed) {
      throw new UsageException(option + "=" + value + " must be " + bounds);
    }
  }
}
