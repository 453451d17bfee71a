/** What makes pseudo-labels of a round's predictions. */
package org.onelabel.pipeline.refinement;
