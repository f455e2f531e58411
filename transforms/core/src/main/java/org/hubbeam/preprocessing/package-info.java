// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Preprocessing functions: a user's function is traced into a TensorFlow graph and the analyzers
 * whose results the graph needs, and is written as a transform output. Start with {@link
 * org.hubbeam.preprocessing.Preprocessor}.
 */
@NullMarked
package org.hubbeam.preprocessing;

import org.jspecify.annotations.NullMarked;
