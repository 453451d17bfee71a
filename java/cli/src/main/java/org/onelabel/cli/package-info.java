/** The command line. */
package org.onelabel.cli;
