/**
 * The inner parts by themselves, with JMH; those that are not public are measured in their own
 * packages.
 */
package org.hubbeam.benchmarks.micro;
