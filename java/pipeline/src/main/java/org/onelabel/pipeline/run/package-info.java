/** A run from its beginning to its end, and what it will take. */
package org.onelabel.pipeline.run;
