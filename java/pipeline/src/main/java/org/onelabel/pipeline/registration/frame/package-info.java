/** A template and its frame, scans, and where a frame's places lie in them. */
package org.onelabel.pipeline.registration.frame;
