// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Reads and writes the records of TFRecord files. */
@NullMarked
package org.hubbeam.tfrecord;

import org.jspecify.annotations.NullMarked;
