/** What a file holds, in lines of text. */
package org.onelabel.pipeline.inspection;
