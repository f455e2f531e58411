// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.util.OptionalLong;

/**
 * How far a fetch has come.
 *
 * @param handle what is fetched, without what may be secret, such as a signature
 * @param bytes how many bytes are here; never falls unless the server makes the fetch start over
 * @param total how many there will be; empty when the server does not say
 */
public record Progress(String handle, long bytes, OptionalLong total) {

  /** Whether all of a known total is here. */
  public boolean complete() {
    return total.isPresent() && bytes >= total.getAsLong();
  }
}
