/** NRRD. */
package org.onelabel.volumes.format.nrrd;
