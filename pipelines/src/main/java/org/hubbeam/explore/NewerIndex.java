// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import java.util.Optional;
import org.hubbeam.batch.Internal;
import org.hubbeam.search.SearchIndex;

/** Opens what has taken the place of an index. */
@Internal
public interface NewerIndex {

  /** For an index that is shown as it is. */
  NewerIndex NONE = shown -> Optional.empty();

  /**
   * What stands now, opened; empty where that is what is shown.
   *
   * @throws org.hubbeam.search.IndexException when it cannot be opened; what is shown stays
   */
  Optional<SearchIndex> than(SearchIndex shown);
}
