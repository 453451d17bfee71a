/** Files that are written whole or not at all, and which file a path leads to. */
package org.onelabel.volumes.file;
