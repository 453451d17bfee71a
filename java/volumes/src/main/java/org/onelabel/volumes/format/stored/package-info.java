/** What all formats share: the bytes of a file, the types and the order of stored voxels. */
package org.onelabel.volumes.format.stored;
