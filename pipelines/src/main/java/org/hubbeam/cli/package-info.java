// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * The programs: one command class each, over the library's transforms. Start with {@link
 * org.hubbeam.cli.Main}.
 */
@NullMarked
package org.hubbeam.cli;

import org.jspecify.annotations.NullMarked;
