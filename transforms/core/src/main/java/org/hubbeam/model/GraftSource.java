// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;

/** A module that functions are taken out of. */
interface GraftSource {

  /** One graph of a function, with what it needs put among the members of the writer. */
  Body body(Member member, Trace trace);

  /**
   * A graph function that is taken over.
   *
   * @param definition takes the parts of the inputs of its trace, then what it captures
   * @param captures members of the writer
   * @param library the function itself, and what it calls
   * @param producer the version of TensorFlow's graphs that it was made for
   */
  record Body(
      FunctionDef definition,
      List<ModuleWriter.Member> captures,
      FunctionDefLibrary library,
      int producer) {}
}
