// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

/** How an input named {@code seed} is filled if neither a column nor a constant is given. */
public enum Seeding {
  /**
   * Each record a seed of its own, made of the user's seed and the record's identity: the value of
   * the id column, else file and offset. A record gives the same whatever batch it is in and
   * however often it is tried; its module is called with one record at a time.
   */
  PER_RECORD,
  /** The user's seed, whatever the record: what a record gives can depend on its batch. */
  FIXED
}
