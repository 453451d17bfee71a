/** A run's folder: its files, and the manifests of what is finished. */
package org.onelabel.pipeline.directory;
