/** Which files are the cases of a dataset, the scans of a folder, and pairs of labels. */
package org.onelabel.volumes.dataset;
