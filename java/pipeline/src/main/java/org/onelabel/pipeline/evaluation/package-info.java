/** What a run reached, wherever a truth is there. */
package org.onelabel.pipeline.evaluation;
