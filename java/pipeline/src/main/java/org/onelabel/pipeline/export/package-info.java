/** A finished run's labels and network in the forms of other tools. */
package org.onelabel.pipeline.export;
