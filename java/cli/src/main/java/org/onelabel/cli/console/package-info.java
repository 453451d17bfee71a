/** What all commands share: exit codes, how progress is printed. */
package org.onelabel.cli.console;
