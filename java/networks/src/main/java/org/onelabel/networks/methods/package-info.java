/** Semi-supervised methods: what a training step's loss is. */
package org.onelabel.networks.methods;
