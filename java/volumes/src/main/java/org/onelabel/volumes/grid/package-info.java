/** Arrays of voxels and the filters on them. Knows no space and no file. */
package org.onelabel.volumes.grid;
