/** Scans of the pool as atlases: labels travel through them to the others. */
package org.onelabel.pipeline.atlas;
