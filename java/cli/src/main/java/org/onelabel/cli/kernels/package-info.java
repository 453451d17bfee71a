/** The commands that look at the kernels under the pipeline. */
package org.onelabel.cli.kernels;
