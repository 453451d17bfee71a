/** How weights follow from gradients: optimizers and the schedules of their rates. */
package org.onelabel.networks.optimization;
