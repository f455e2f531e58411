// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Reports of trainings and evaluations, as JSON and as a page of one file. Start with {@link
 * org.hubbeam.report.TrainingReport}.
 */
@NullMarked
package org.hubbeam.report;

import org.jspecify.annotations.NullMarked;
