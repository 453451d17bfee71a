/** A trained model: what it predicts, and what of that is kept. */
package org.onelabel.pipeline.prediction;
