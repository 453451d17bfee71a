/** How unsure a specialist is of each voxel. */
package org.onelabel.pipeline.uncertainty;
