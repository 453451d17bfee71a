/** The deformable registration of a scan whose pose is known. */
package org.onelabel.pipeline.registration.bending;
