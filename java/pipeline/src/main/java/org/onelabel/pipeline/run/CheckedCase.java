package org.onelabel.pipeline.run;

import java.io.Serializable;
import java.util.List;
import org.onelabel.pipeline.files.FileHash;

/**
 * A case that was read and is right.
 *
 * @param files what its files were before, in the order of {@link
 *     org.onelabel.volumes.dataset.Case#files}
 */
record CheckedCase(String id, List<FileHash> files) implements Serializable {}
