/** The commands that work on scans; each calls {@link org.onelabel.pipeline.OneLabel}. */
package org.onelabel.cli.scans;
