/** An encoder that is learnt from unlabelled scans alone. */
package org.onelabel.networks.contrast;
