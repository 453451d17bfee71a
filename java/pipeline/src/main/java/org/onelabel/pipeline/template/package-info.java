/** Which scan is worth labelling. */
package org.onelabel.pipeline.template;
