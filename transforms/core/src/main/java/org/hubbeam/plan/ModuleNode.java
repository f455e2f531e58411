package org.hubbeam.plan;

import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleOptions;

/**
 * A call of a function of a module in a traced graph. The graph holds nothing of the module, which
 * is put in when a module is written of the graph.
 *
 * @param node the node that calls; it takes the arguments only
 * @param module which module
 * @param function which of its functions
 * @param given what is known of the arrays that the function is given
 */
@Internal
public record ModuleNode(String node, Source module, FunctionChoice function, List<ArraySpec> given)
    implements Serializable {
  public ModuleNode {
    given = List.copyOf(given);
  }

  /**
   * A module, found again wherever its handle can be resolved.
   *
   * @param digest what identifies it: the sha256 of its {@code saved_model.pb}
   */
  public record Source(String handle, ModuleOptions options, HubOptions hub, String digest)
      implements Serializable {}
}
