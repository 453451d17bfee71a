/**
 * The file formats of volumes. A {@link org.onelabel.volumes.format.VolumeFormat} is found by the
 * ending of a name.
 */
package org.onelabel.volumes.format;
