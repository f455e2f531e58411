// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Splits long texts into chunks. */
@NullMarked
package org.hubbeam.texts;

import org.jspecify.annotations.NullMarked;
