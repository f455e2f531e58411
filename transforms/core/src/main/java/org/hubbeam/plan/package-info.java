/** What must be computed over the whole data, and in which phase. */
package org.hubbeam.plan;
