/** How a scan lies towards the template: what brings voxels and labels there and back. */
package org.onelabel.pipeline.framing;
