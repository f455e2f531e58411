// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/** What happens to a clip that has fewer sampled frames than a window. */
public enum ClipPadding {
  /** Its last frame is repeated. */
  LAST_FRAME,
  /** Black frames follow it. */
  BLACK,
  /** Nothing is added: the clip is a failure. */
  NONE
}
