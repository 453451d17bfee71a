/** Trained networks as files of other tools. */
package org.onelabel.networks.export;
