// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Beam transforms for preprocessing functions: {@link org.hubbeam.analysis.AnalyzeDataset} runs the
 * analyzers of a function over a data set, {@link org.hubbeam.analysis.TransformDataset} applies
 * the fitted function, and {@link org.hubbeam.analysis.AnalyzeAndTransformDataset} does both.
 */
@NullMarked
package org.hubbeam.analysis;

import org.jspecify.annotations.NullMarked;
