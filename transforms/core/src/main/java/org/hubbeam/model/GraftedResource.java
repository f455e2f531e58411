// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.FunctionDefLibrary;

/** A table, or another resource, of another module, made and filled by that module's functions. */
final class GraftedResource implements ModuleWriter.Member {

  private final String path;
  private @Nullable TableFunctions functions;
  private @Nullable FunctionDefLibrary library;

  GraftedResource(String path) {
    this.path = path;
  }

  @Override
  public String path() {
    return path;
  }

  /**
   * Says what makes and fills it; the one that fills it captures this.
   *
   * @param called what these call
   */
  void define(TableFunctions of, FunctionDefLibrary called) {
    this.functions = of;
    this.library = called;
  }

  TableFunctions functions() {
    return Objects.requireNonNull(functions);
  }

  FunctionDefLibrary library() {
    return Objects.requireNonNull(library);
  }
}
