// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Rows as named columns, and {@code tf.Example}. */
package org.hubbeam.batch;
