// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.TensorInfo;

/** Checks what a module tells of its signatures and assets, whether or not its graph is used. */
final class SignatureCheck {

  /** The longest path that Linux takes. */
  private static final int LONGEST_FILE = 4096;

  /** Defaults are kept for each call. */
  private static final long MOST_DEFAULTS = 64 << 20;

  private final MetaGraphDef metaGraph;
  private final ValueCheck defaults = new ValueCheck(MOST_DEFAULTS);
  private final StructuredValueCheck structures = new StructuredValueCheck(defaults);

  SignatureCheck(MetaGraphDef metaGraph) {
    this.metaGraph = metaGraph;
  }

  void check() {
    metaGraph
        .getSignatureDefMap()
        .forEach(
            (name, signature) -> {
              try {
                checkName(name);
                check(signature);
              } catch (Flaw e) {
                throw e.in("the signature " + Flaw.name(name));
              }
            });
    for (AssetFileDef asset : metaGraph.getAssetFileDefList()) {
      checkFile(asset.getFilename());
    }
  }

  private void check(SignatureDef signature) {
    signature.getInputsMap().forEach((name, info) -> check("the input " + Flaw.name(name), info));
    signature.getOutputsMap().forEach((name, info) -> check("the output " + Flaw.name(name), info));
    signature
        .getDefaultsMap()
        .forEach(
            (name, value) -> {
              try {
                defaults.tensor(value);
              } catch (Flaw e) {
                throw e.in("the default of the input " + Flaw.name(name));
              }
            });
  }

  private void check(String place, TensorInfo info) {
    try {
      ValueCheck.dtype(info.getDtypeValue());
      ValueCheck.shape(info.getTensorShape());
      if (info.hasCompositeTensor()) {
        checkComposite(info.getCompositeTensor());
      }
    } catch (Flaw e) {
      throw e.in(place);
    }
  }

  private void checkComposite(TensorInfo.CompositeTensor composite) {
    int told =
        structures.check(
            StructuredValue.newBuilder().setTypeSpecValue(composite.getTypeSpec()).build());
    int given = composite.getComponentsCount();
    if (told != StructuredValueCheck.UNKNOWN && told != given) {
      throw new Flaw("a composite tensor of " + told + " tensors has " + given);
    }
    composite.getComponentsList().forEach(c -> check("a part of the composite tensor", c));
  }

  private static void checkName(String name) {
    if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
      throw new Flaw("this is no name");
    }
  }

  static void checkFile(String name) {
    boolean bad =
        name.isEmpty()
            || name.length() > LONGEST_FILE
            || name.chars().anyMatch(Character::isISOControl);
    if (bad) {
      throw new Flaw("the asset " + Flaw.name(name) + " has no name of a file");
    }
  }
}
