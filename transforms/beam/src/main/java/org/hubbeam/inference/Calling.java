// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.hubbeam.batch.Batch;
import org.jspecify.annotations.Nullable;

/**
 * How modules are called on batches, one or several.
 *
 * @param ids what rows are called in failures
 * @param passed the input columns that stay; null for all
 * @param placement which workers call the modules
 * @param digest the column that gets the digest of the module; null for none
 */
record Calling(
    ModuleLoader loader,
    RowIds ids,
    @Nullable List<String> passed,
    Placement placement,
    @Nullable String digest)
    implements Serializable {

  /** Modules from the hub, called where the batches are, all columns kept. */
  static final Calling DEFAULT =
      new Calling(ModuleLoader.FromHub.INSTANCE, RowIds.OF_ORIGIN, null, Placement.IN_PLACE, null);

  Calling {
    Objects.requireNonNull(placement, "placement");
    passed = passed == null ? null : List.copyOf(passed);
  }

  Calling withLoader(ModuleLoader value) {
    return new Calling(value, ids, passed, placement, digest);
  }

  Calling withIdColumn(String column) {
    return new Calling(loader, new RowIds(column), passed, placement, digest);
  }

  Calling withPassthrough(List<String> columns) {
    return new Calling(loader, ids, columns, placement, digest);
  }

  Calling withPlacement(Placement value) {
    return new Calling(loader, ids, passed, value, digest);
  }

  Calling withDigest(String column) {
    return new Calling(loader, ids, passed, placement, column);
  }

  /** The columns that stay. */
  Batch staying(Batch batch) {
    return passed == null ? batch : batch.only(passed);
  }
}
