/** Segmentation networks and their architectures: U-Net, V-Net, SAM-Med3D without prompts. */
package org.onelabel.networks.model;
