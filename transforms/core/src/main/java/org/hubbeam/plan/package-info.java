// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** The plan of an analysis: which analyzers run over the whole data, and in which phase. */
@NullMarked
package org.hubbeam.plan;

import org.jspecify.annotations.NullMarked;
