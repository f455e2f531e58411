package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.inference.DecodeImages;
import org.hubbeam.inference.ModuleInputs;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.media.ImageSpec;
import org.hubbeam.tfrecord.BatchSource;

/**
 * What is read, and how it becomes what a module takes.
 *
 * @param source the files
 * @param steps what is done to the rows before the module is called
 * @param spec the call, with the column that was made for it
 * @param made the columns that were made for the module, and are not written
 */
record EmbedInput(
    BatchSource source, List<EmbedJob.Step> steps, ModuleSpec spec, List<String> made) {
