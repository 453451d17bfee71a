/** Scans to learn from, and the patches and batches that are drawn from them. */
package org.onelabel.networks.sampling;
