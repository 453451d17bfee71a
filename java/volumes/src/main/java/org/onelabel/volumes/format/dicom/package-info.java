/** Series of DICOM slices, a folder each. */
package org.onelabel.volumes.format.dicom;
