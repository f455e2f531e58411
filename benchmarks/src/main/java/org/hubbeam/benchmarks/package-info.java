/** Compares this project with other software: same work, same machine, interleaved. */
package org.hubbeam.benchmarks;
