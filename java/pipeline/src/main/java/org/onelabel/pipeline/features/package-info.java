/** Encoders: vectors that are alike where the anatomy is. */
package org.onelabel.pipeline.features;
