/** Batches read from and written to files: TFRecord, CSV, JSON lines, text, and whole files. */
package org.hubbeam.files;
