package org.hubbeam.analysis;

import java.io.Serializable;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.BatchSchema;

/**
 * A preprocessing function with what an analysis found: known when the pipeline runs, and the same
 * for all data that it is applied to.
 *
 * @param inputs the raw columns
 * @param outputs the features
 * @param location tells the folder of its SavedModel
 */
public record TransformFunction(
    BatchSchema inputs, BatchSchema outputs, PCollectionView<String> location)
    implements Serializable {}
