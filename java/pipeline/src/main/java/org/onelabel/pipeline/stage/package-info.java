/** Stages as values: what each declares, and who does them. */
package org.onelabel.pipeline.stage;
