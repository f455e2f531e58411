// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Secrets;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleOptions;

/**
 * A call of a function of a module in a traced graph. The graph does not contain the module, which
 * is inserted when the graph is written as a SavedModel.
 *
 * @param node the node of the call; its inputs are the arguments
 * @param module which module
 * @param function which of its functions
 * @param given the specifications of the arguments
 */
@Internal
public record ModuleNode(String node, Source module, FunctionChoice function, List<ArraySpec> given)
    implements Serializable {
  public ModuleNode {
    given = List.copyOf(given);
  }

  /**
   * A module, identified by its handle and digest.
   *
   * @param digest the SHA-256 of its {@code saved_model.pb}
   */
  public record Source(String handle, ModuleOptions options, HubOptions hub, String digest)
      implements Serializable {
    /** Without what may be secret. */
    @Override
    public String toString() {
      return "Source[" + Secrets.masked(handle) + ", " + digest + "]";
    }
  }
}
