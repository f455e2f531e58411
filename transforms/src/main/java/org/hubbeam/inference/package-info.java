/** Modules over a PCollection: {@code HubEmbed} on elements, {@code RunModule} on batches. */
package org.hubbeam.inference;
