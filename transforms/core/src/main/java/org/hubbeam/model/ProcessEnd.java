// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.Set;

/** A module's process ended before it answered. */
final class ProcessEnd extends Exception {
  private static final long serialVersionUID = 1;

  private final ModuleException.Kind kind;
  private final transient Set<Object> suspects;

  /**
   * How it ended.
   *
   * @param kind of the error of a call that is to blame
   * @param suspects the requests one of which is to blame
   */
  ProcessEnd(ModuleException.Kind kind, String reason, Set<Object> suspects) {
    super(reason);
    this.kind = kind;
    this.suspects = suspects;
  }

  ModuleException.Kind kind() {
    return kind;
  }

  /** Whether this request, and no other, is to blame. */
  boolean blames(Object request) {
    return suspects.size() == 1 && suspects.contains(request);
  }

  /** Whether this request may be to blame. */
  boolean suspects(Object request) {
    return suspects.contains(request);
  }
}
