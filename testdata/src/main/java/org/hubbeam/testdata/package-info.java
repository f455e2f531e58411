/** Sample texts, pictures, clips and small modules, with the code that makes them. */
package org.hubbeam.testdata;
