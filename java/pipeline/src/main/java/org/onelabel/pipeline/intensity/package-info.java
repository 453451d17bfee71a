/** How the values of scans become those that features and networks are computed from. */
package org.onelabel.pipeline.intensity;
