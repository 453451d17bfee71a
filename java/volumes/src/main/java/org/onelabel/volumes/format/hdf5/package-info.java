/** The published layout of the left-atrium data, in HDF5. */
package org.onelabel.volumes.format.hdf5;
