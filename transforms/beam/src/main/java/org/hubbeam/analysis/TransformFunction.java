// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.Serializable;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.BatchSchema;

/**
 * A fitted preprocessing function in a pipeline. Its SavedModel is written when the pipeline runs.
 *
 * @param inputs the raw columns
 * @param outputs the features
 * @param location the folder of its SavedModel
 * @param file a file that contains the location once the SavedModel has been written
 */
public record TransformFunction(
    BatchSchema inputs, BatchSchema outputs, PCollectionView<String> location, String file)
    implements Serializable {}
