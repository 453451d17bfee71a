/** Random changes of training patches: deformation, intensities, positions. */
package org.onelabel.networks.augmentation;
