/** A round's training: what it learns from, how it is watched, what it left. */
package org.onelabel.pipeline.training;
