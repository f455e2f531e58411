// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.Serializable;
import org.hubbeam.inference.RowIds;
import org.jspecify.annotations.Nullable;

/**
 * The columns of rows that have scores and labels.
 *
 * @param scores a number for each label, or one
 * @param label strings, or numbers of the task of numbers
 * @param weight null where all rows count the same
 * @param shown what a mistake shows; null for nothing
 * @param ids what rows are called
 */
record ScoreColumns(
    String scores, String label, @Nullable String weight, @Nullable String shown, RowIds ids)
    implements Serializable {}
