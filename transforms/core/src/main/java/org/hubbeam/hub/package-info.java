// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * A handle becomes a local folder: resolvers, cache, safe archives. Start with {@link
 * org.hubbeam.hub.Hub}.
 */
@NullMarked
package org.hubbeam.hub;

import org.jspecify.annotations.NullMarked;
