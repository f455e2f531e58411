// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

/** The layout of an {@link Array}: dense, ragged or sparse. */
public enum Layout {
  DENSE,
  RAGGED,
  SPARSE
}
