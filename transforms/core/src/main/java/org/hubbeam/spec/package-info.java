// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Preprocessing functions as text: expressions with the names of tf.Transform, in YAML files. Start
 * with {@link org.hubbeam.spec.SpecFile}.
 */
@NullMarked
package org.hubbeam.spec;

import org.jspecify.annotations.NullMarked;
