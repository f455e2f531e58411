// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/** What happens to sampled frames at the end of a clip that do not fill a window. */
public enum ClipRest {
  /** One window more, of the clip's last frames; it overlaps the one before. */
  LAST_FRAMES,
  /** They are left out. */
  LEFT_OUT
}
