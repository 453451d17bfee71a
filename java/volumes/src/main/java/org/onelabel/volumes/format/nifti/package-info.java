/** NIfTI-1 and NIfTI-2. */
package org.onelabel.volumes.format.nifti;
