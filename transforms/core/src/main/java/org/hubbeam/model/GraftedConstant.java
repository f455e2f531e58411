// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import org.hubbeam.batch.Shape;
import org.tensorflow.proto.TensorProto;

/** A constant of another module that functions of that module capture. */
final class GraftedConstant implements ModuleWriter.Member {

  private final String path;
  private final TensorProto value;

  GraftedConstant(String path, TensorProto value) {
    this.path = path;
    this.value = value;
  }

  @Override
  public String path() {
    return path;
  }

  TensorProto value() {
    return value;
  }

  Shape shape() {
    return Structure.shape(value.getTensorShape());
  }
}
