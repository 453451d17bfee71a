/** The method as stages, one file a stage, and their order. */
package org.onelabel.pipeline.workflow;
