/** Reads and writes the records of TFRecord files. */
package org.hubbeam.tfrecord;
