/** MetaImage. */
package org.onelabel.volumes.format.metaimage;
