/** Networks from files that turn patches into dense features: TorchScript and ONNX. */
package org.onelabel.networks.encoder;
