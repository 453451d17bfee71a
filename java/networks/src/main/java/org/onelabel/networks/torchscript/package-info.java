/** Files of TorchScript, written without PyTorch. */
package org.onelabel.networks.torchscript;
