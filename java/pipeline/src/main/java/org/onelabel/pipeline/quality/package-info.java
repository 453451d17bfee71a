/** How good labels probably are where no truth is there. */
package org.onelabel.pipeline.quality;
