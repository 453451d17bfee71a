/** How long work goes on, told to people. */
package org.onelabel.pipeline.progress;
