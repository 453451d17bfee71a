/** How good labels are, and means of that. */
package org.onelabel.pipeline.metrics;
