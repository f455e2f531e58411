/** TFRecord files: records in, records out. */
package org.hubbeam.tfrecord;
