// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** What is done with the vectors of a collection: nearest neighbours, duplicates, clusters. */
@NullMarked
package org.hubbeam.neighbours;

import org.jspecify.annotations.NullMarked;
