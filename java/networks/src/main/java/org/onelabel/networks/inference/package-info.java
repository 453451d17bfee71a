/** A trained segmentation network, and sliding windows that predict whole scans with it. */
package org.onelabel.networks.inference;
