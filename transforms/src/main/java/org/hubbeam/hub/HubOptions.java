package org.hubbeam.hub;

import java.io.Serializable;

/** How handles are resolved. */
public record HubOptions() implements Serializable {
  /** The settings of the environment. */
  public static final HubOptions DEFAULT = new HubOptions();
}
