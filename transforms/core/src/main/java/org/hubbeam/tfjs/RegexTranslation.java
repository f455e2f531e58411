// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

/** Translates regular expressions from RE2 to JavaScript. */
final class RegexTranslation {

  private RegexTranslation() {}

  static FrozenGraph of(FrozenGraph graph) {
    return graph;
  }
}
