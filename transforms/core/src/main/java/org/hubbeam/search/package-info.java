// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Search among vectors: a graph of each shard, in hnswlib's file format, and the index set around
 * it. Uses neither Beam nor TensorFlow.
 */
@NullMarked
package org.hubbeam.search;

import org.jspecify.annotations.NullMarked;
