// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

/**
 * Hears how a fetch goes on. It is called often and from several threads, one call at a time for
 * each handle, and must be quick. A module that is in the cache already makes no calls.
 */
@FunctionalInterface
public interface ProgressListener {
  /** Hears nothing. */
  ProgressListener NONE = progress -> {};

  /** Called after each piece of a fetch. */
  void progress(Progress progress);
}
