/** How the template's labels reach other scans by the likeness of features. */
package org.onelabel.pipeline.propagation;
