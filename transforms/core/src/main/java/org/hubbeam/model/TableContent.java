// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import org.hubbeam.batch.Array;

/** What a table is filled with. */
sealed interface TableContent {

  /** What comes from an asset. */
  sealed interface OfAsset extends TableContent {
    /** The asset. */
    ModuleWriter.Asset asset();
  }

  /** The lines of an asset. */
  record Lines(ModuleWriter.Asset asset, TableLines lines) implements OfAsset {}

  /** The records of a gzip TFRecord asset, each to its number. */
  record Records(ModuleWriter.Asset asset, TableRecords key) implements OfAsset {}

  /** Keys and values that the module holds itself. */
  record Pairs(Array.Dense keys, Array.Dense values) implements TableContent {}
}
