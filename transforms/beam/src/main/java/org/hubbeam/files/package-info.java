// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Batches read from and written to files: TFRecord, CSV, JSON lines, text, and whole files. */
@NullMarked
package org.hubbeam.files;

import org.jspecify.annotations.NullMarked;
