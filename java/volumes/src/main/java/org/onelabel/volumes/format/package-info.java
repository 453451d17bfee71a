/** The formats of volumes, a package each, and which of them a file has. */
package org.onelabel.volumes.format;
