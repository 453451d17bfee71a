/** Slices of scans as pictures. */
package org.onelabel.pipeline.picture;
