// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/** What a query can be before a module makes a vector of it. */
public enum QueryKind {
  /** Text. */
  TEXT,
  /** An encoded picture: JPEG, PNG and others. */
  IMAGE
}
