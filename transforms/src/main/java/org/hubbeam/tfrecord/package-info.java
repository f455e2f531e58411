/** Batches and examples in TFRecord files, and batches from files of text, CSV and JSON lines. */
package org.hubbeam.tfrecord;
