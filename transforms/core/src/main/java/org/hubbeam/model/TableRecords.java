// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

/** Which part of a record is the key of a table. */
public enum TableRecords {
  /** The whole record. */
  WHOLE,
  /** What stands behind the first blank: records that begin with a number. */
  BEHIND_BLANK
}
