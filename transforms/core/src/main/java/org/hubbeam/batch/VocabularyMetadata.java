// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.Serializable;

/**
 * The sizes of a computed vocabulary, as tf.Transform records them in a schema.
 *
 * @param file the name of the vocabulary's file, without folder
 * @param unfilteredSize how many different tokens were counted
 * @param filteredSize how many of them are in the file
 */
@Internal
public record VocabularyMetadata(String file, long unfilteredSize, long filteredSize)
    implements Serializable {

  public VocabularyMetadata {
    if (file.isEmpty()) {
      throw new IllegalArgumentException("the file of a vocabulary needs a name; it was empty");
    }
    if (unfilteredSize < 0 || filteredSize < 0) {
      throw new IllegalArgumentException(
          "the vocabulary " + file + " has the sizes " + unfilteredSize + " and " + filteredSize);
    }
  }
}
