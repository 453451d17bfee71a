package org.onelabel.volumes.format.stored;

import java.util.Optional;
import org.onelabel.volumes.Geometry;

/** A header in text, with the voxels behind it or in one other file. */
public interface TextHeader {

  /** The grid of the voxels. */
  Geometry geometry();

  /** How the channels lie among the numbers of the file. */
  ChannelOrder channels();

  /** The name of the voxels' file; empty where they follow the header. */
  Optional<String> dataFile();
}
