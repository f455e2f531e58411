// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Reducers: mergeable summaries of columns with the operations empty, add, merge, finish and
 * encode. Also the selection and order of vocabularies. Start with {@link
 * org.hubbeam.reducer.Reducer}.
 */
@NullMarked
package org.hubbeam.reducer;

import org.jspecify.annotations.NullMarked;
