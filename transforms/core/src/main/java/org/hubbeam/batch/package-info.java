/**
 * Many examples as columns: the schema, the batch, {@code tf.Example} in and out. Start with {@link
 * org.hubbeam.batch.Batch} and {@link org.hubbeam.batch.Array}.
 */
package org.hubbeam.batch;
