/**
 * The programs: one command class each, over the library's transforms. Start with {@link
 * org.hubbeam.cli.Main}.
 */
package org.hubbeam.cli;
