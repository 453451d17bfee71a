/** Files of JSON, and what files were when they were read. */
package org.onelabel.pipeline.files;
