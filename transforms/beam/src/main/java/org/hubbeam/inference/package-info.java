// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Modules over a PCollection. Batches go through {@link org.hubbeam.inference.RunModule}, elements
 * of any type through {@link org.hubbeam.inference.HubEmbed}; both make the same call, which a
 * {@link org.hubbeam.inference.ModuleSpec} describes. A module is loaded once per JVM.
 */
@NullMarked
package org.hubbeam.inference;

import org.jspecify.annotations.NullMarked;
