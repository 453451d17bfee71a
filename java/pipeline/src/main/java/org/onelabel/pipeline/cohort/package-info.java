/** The scans of a dataset on the grid that is worked on, and labels of them. */
package org.onelabel.pipeline.cohort;
