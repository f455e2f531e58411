// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;
import org.hubbeam.batch.Internal;

/**
 * How an index is served.
 *
 * @param folder of the index, as it is shown
 * @param content the page, or answers to programs alone
 * @param host the address or name to listen at; one that other machines reach asks for a token
 * @param port 0 for any free one
 * @param pictures the column of encoded pictures or of their files, {@code id} for ids that are
 *     files, {@code none} for no pictures; empty to look for one
 * @param module the module that makes vectors of queries, as it is shown; may be empty
 * @param unencoded why no vectors of queries are made, where there is no encoder; may be empty
 */
@Internal
public record ExploreOptions(
    String folder,
    Content content,
    String host,
    int port,
    Optional<String> pictures,
    String module,
    String unencoded) {

  /** What is served. */
  public enum Content {
    PAGE,
    JSON
  }

  /** The address that only this machine reaches. */
  public static final String LOOPBACK = "127.0.0.1";

  /** The value of {@link #pictures} for no pictures. */
  public static final String NO_PICTURES = "none";

  public ExploreOptions {
    Objects.requireNonNull(content);
    if (host.isBlank()) {
      throw new IllegalArgumentException("the host is empty");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("the port is " + port + "; it is 0 to 65535");
    }
  }

  /** The page of an index for this machine alone, at any free port. */
  public static ExploreOptions page(String folder) {
    return new ExploreOptions(folder, Content.PAGE, LOOPBACK, 0, Optional.empty(), "", "");
  }

  /** Answers to programs of this machine alone, at any free port. */
  public static ExploreOptions json(String folder) {
    return new ExploreOptions(folder, Content.JSON, LOOPBACK, 0, Optional.empty(), "", "");
  }

  public ExploreOptions withHost(String name) {
    return new ExploreOptions(folder, content, name, port, pictures, module, unencoded);
  }

  public ExploreOptions withPort(int number) {
    return new ExploreOptions(folder, content, host, number, pictures, module, unencoded);
  }

  public ExploreOptions withPictures(String column) {
    return new ExploreOptions(folder, content, host, port, Optional.of(column), module, unencoded);
  }

  public ExploreOptions withModule(String handle) {
    return new ExploreOptions(folder, content, host, port, pictures, handle, unencoded);
  }

  public ExploreOptions withUnencoded(String reason) {
    return new ExploreOptions(folder, content, host, port, pictures, module, reason);
  }

  /** The end of the folder's path. */
  String title() {
    String path = folder.replaceFirst("(?<=.)/+$", "");
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.isEmpty() ? path : name;
  }

  /**
   * The address to listen at.
   *
   * @throws IllegalArgumentException when the host has none
   */
  InetAddress address() {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "this machine does not know the host " + host + " (" + e.getMessage() + ")");
    }
  }
}
