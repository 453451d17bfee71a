/** Takes the template's labels to scans outside the pool, also when the dataset is gone. */
package org.onelabel.pipeline.transfer;
