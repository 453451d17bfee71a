package org.onelabel.pipeline.directory;

/** The version of this build. */
public final class Version {
  private Version() {}

  /** From the jar's manifest; {@code development} where classes are not in a jar. */
  public static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
