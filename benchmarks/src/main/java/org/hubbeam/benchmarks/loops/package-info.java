/** Programs that do one part of the work alone: what a pipeline cannot be faster than. */
package org.hubbeam.benchmarks.loops;
