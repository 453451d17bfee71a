/** Several systems on one dataset, and a table of them. */
package org.onelabel.pipeline.experiment;
