/**
 * What is done to vectors after a module: pooled, projected, normalised, stored in fewer bits.
 * Start with {@link org.hubbeam.vectors.PostProcessing}.
 */
package org.hubbeam.vectors;
