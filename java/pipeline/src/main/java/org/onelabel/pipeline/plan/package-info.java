/** What the data decides where the configuration leaves it open. */
package org.onelabel.pipeline.plan;
