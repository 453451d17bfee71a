/** A cohort that is drawn, to try things with. */
package org.onelabel.pipeline.demo;
