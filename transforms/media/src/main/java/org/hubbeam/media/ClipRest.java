package org.hubbeam.media;

/** What is done about the sampled frames at a clip's end that fill no window of their own. */
public enum ClipRest {
  /** One window more, of the clip's last frames; it overlaps the one before. */
  LAST_FRAMES,
  /** They are left out. */
  LEFT_OUT
}
