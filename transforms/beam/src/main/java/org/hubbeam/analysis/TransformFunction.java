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
 * @param file tells it, too, when the SavedModel is written
 */
public record TransformFunction(
    BatchSchema inputs, BatchSchema outputs, PCollectionView<String> location, String file)
    implements Serializable {}
