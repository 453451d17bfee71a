/** The model of a finished run applied to other scans. */
package org.onelabel.pipeline.inference;
