/** Programs that measure this project beside others: same work, same machine, interleaved. */
package org.hubbeam.benchmarks;
