// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Vectors, with the ids and columns of their rows, written to databases, search engines and files
 * of other tools. {@link org.hubbeam.sinks.WriteVectors} does what all stores need; a {@link
 * org.hubbeam.sinks.VectorSink} is one store. The driver of a store is an optional dependency of
 * this artifact: {@code org.postgresql:postgresql} for {@link org.hubbeam.sinks.PgVectorSink}.
 */
@NullMarked
package org.hubbeam.sinks;

import org.jspecify.annotations.NullMarked;
