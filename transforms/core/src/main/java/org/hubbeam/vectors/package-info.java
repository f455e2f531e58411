/**
 * Post-processing of vectors: pooling, projection, normalisation, storage in fewer bits. Start with
 * {@link org.hubbeam.vectors.PostProcessing}.
 */
package org.hubbeam.vectors;
