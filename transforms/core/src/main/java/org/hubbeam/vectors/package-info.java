// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Post-processing of vectors: pooling, projection, normalisation, storage in fewer bits. Start with
 * {@link org.hubbeam.vectors.PostProcessing}.
 */
@NullMarked
package org.hubbeam.vectors;

import org.jspecify.annotations.NullMarked;
