/** Files of ONNX, written without an engine that runs them. */
package org.onelabel.networks.onnx;
