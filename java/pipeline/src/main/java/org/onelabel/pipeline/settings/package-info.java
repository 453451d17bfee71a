/** What every record of settings checks itself with. */
package org.onelabel.pipeline.settings;
