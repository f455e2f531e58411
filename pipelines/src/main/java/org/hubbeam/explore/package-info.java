// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * An index in the browser, and as JSON over HTTP. {@link org.hubbeam.explore.ExploreServer} answers
 * requests by the JDK's HTTP server; the page lies among the resources of this package.
 */
@NullMarked
package org.hubbeam.explore;

import org.jspecify.annotations.NullMarked;
