package org.hubbeam.media;

/** What is done about a clip that has fewer sampled frames than a window takes. */
public enum ClipPadding {
  /** Its last frame is repeated. */
  LAST_FRAME,
  /** Black frames follow it. */
  BLACK,
  /** Nothing is added: the clip is a failure. */
  NONE
}
