/** Rows as named columns, and {@code tf.Example}. */
package org.hubbeam.batch;
