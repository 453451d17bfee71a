/** Pages for people. */
package org.onelabel.pipeline.report;
