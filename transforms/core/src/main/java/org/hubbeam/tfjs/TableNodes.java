// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.List;
import org.hubbeam.model.Protos;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/** The nodes that make and fill a table. */
final class TableNodes {

  private TableNodes() {}

  /** The node that fills the table of a name. */
  static String filling(String name) {
    return name + "/import";
  }

  /** The table under a name, its keys and values as constants, and what fills it, in this order. */
  static List<NodeDef> of(Table table, String name) {
    AttrValue keys = Protos.attr(table.keys().dtype().proto());
    AttrValue values = Protos.attr(table.values().dtype().proto());
    return List.of(
        NodeDef.newBuilder()
            .setName(name)
            .setOp("HashTableV2")
            .putAttr("key_dtype", keys)
            .putAttr("value_dtype", values)
            .putAttr("shared_name", Protos.attr(name))
            .build(),
        ConstantFolding.constant(name + "/keys", table.keys()),
        ConstantFolding.constant(name + "/values", table.values()),
        NodeDef.newBuilder()
            .setName(filling(name))
            .setOp("LookupTableImportV2")
            .addInput(name)
            .addInput(name + "/keys")
            .addInput(name + "/values")
            .putAttr("Tin", keys)
            .putAttr("Tout", values)
            .build());
  }
}
