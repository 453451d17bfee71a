/** SAM-Med3D, the published foundation model: image encoder, prompts, mask decoder. */
package org.onelabel.networks.sam;
