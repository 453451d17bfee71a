/**
 * Weights of networks, in memory and in files: tensors by name, safetensors, PyTorch checkpoints.
 */
package org.onelabel.networks.weights;
