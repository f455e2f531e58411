// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Prepares labelled rows for training, and trains heads on them, as steps of pipelines. */
@NullMarked
package org.hubbeam.learning;

import org.jspecify.annotations.NullMarked;
