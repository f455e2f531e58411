// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResourceId;

/** Checks that the file systems that paths name are there, before anything waits for them. */
final class Locations {

  private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]+)://.*");
  private static final Map<String, String> PROFILES =
      Map.of("gs", "gs", "s3", "s3", "hdfs", "hdfs");

  /** The class of files that Google's client reads. */
  private static final String GOOGLES = "GcsResourceId";

  private static final String STORAGE = "storage.googleapis.com";
  private static final int TIMEOUT_MILLIS = 5000;

  private Locations() {}

  /** Whether a path is one of this machine's own file system. */
  static boolean isLocal(String path) {
    return !path.matches("(?s)[a-zA-Z][a-zA-Z0-9+.-]+:.*");
  }

  /**
   * Checks paths of one option; those on this machine pass.
   *
   * @param paths also globs, prefixes and handles
   * @throws UsageException if their file system is not there
   */
  static void check(List<String> paths) {
    for (String path : paths) {
      Matcher scheme = SCHEME.matcher(path);
      if (scheme.matches()) {
        check(path, scheme.group(1).toLowerCase(Locale.ROOT));
      }
    }
  }

  /** A path that also other processes understand. */
  static String absolute(String path) {
    return SCHEME.matcher(path).matches()
        ? path
        : Path.of(path).toAbsolutePath().normalize().toString();
  }

  private static void check(String path, String scheme) {
    if (scheme.matches("https?|ftp")) {
      throw new UsageException(
          path
              + " is an address; files are read and written on this machine and in gs:, s3: and"
              + " hdfs:; download it first");
    }
    ResourceId resource;
    try {
      resource = FileSystems.matchNewResource(path.replaceAll("[*?\\[\\]{}]", "_"), false);
    } catch (IllegalArgumentException e) {
      if (!Errors.ownMessage(e).startsWith("No filesystem found")) {
        throw new UsageException(path + ": " + Errors.ownMessage(e));
      }
      String profile = PROFILES.get(scheme);
      throw new UsageException(
          path
              + ": "
              + scheme
              + ": paths are not part of this build"
              + (profile == null ? "" : "; build it with HUBBEAM_PROFILES=" + profile));
    }
    if (resource.getClass().getSimpleName().equals(GOOGLES)) {
      requireStorage(path);
    }
  }

  /** Google's client would wait for minutes. */
  private static void requireStorage(String path) {
    boolean direct =
        ProxySelector.getDefault()
            .select(URI.create("https://" + STORAGE))
            .contains(Proxy.NO_PROXY);
    if (!direct) {
      return;
    }
    try (Socket socket = new Socket()) {
      InetAddress server = InetAddress.getAllByName(STORAGE)[0];
      socket.connect(new InetSocketAddress(server, 443), TIMEOUT_MILLIS);
    } catch (UnknownHostException e) {
      throw unreachable(path, "unknown host");
    } catch (IOException e) {
      throw unreachable(path, Errors.ownMessage(e));
    }
  }

  private static EnvironmentException unreachable(String path, String reason) {
    return new EnvironmentException(
        "cannot connect to " + STORAGE + " (" + reason + "), where " + path + " is");
  }
}
