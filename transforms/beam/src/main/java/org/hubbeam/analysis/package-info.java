/**
 * A plan executed on Beam: {@link org.hubbeam.analysis.AnalyzeDataset} finds what a preprocessing
 * function must know of the whole data, {@link org.hubbeam.analysis.TransformDataset} applies the
 * function that comes of it, {@link org.hubbeam.analysis.AnalyzeAndTransformDataset} does both.
 */
@NullMarked
package org.hubbeam.analysis;

import org.jspecify.annotations.NullMarked;
