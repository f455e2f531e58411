// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import org.hubbeam.batch.Internal;
import org.hubbeam.model.OpDefs;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** The attributes of nodes as the runtime wants them. */
@Internal
public final class Attributes {

  private Attributes() {}

  /** A node with its defaults written out, which modules leave out, and without remarks. */
  public static NodeDef complete(NodeDef node) {
    NodeDef.Builder out = node.toBuilder().clearExperimentalDebugInfo().clearDevice();
    for (String name : node.getAttrMap().keySet()) {
      if (name.startsWith("_") && !name.startsWith("_hubbeam")) {
        out.removeAttr(name);
      }
    }
    OpDef op = OpDefs.registered().find(node.getOp());
    if (op != null) {
      for (OpDef.AttrDef attribute : op.getAttrList()) {
        if (!node.containsAttr(attribute.getName())
            && attribute.getDefaultValue().getValueCase() != AttrValue.ValueCase.VALUE_NOT_SET) {
          out.putAttr(attribute.getName(), attribute.getDefaultValue());
        }
      }
    }
    return out.build();
  }
}
