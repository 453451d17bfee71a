package org.onelabel.volumes.format;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.file.FileName;
import org.onelabel.volumes.format.dicom.DicomFormat;
import org.onelabel.volumes.format.hdf5.Hdf5Format;
import org.onelabel.volumes.format.metaimage.MetaImageFormat;
import org.onelabel.volumes.format.nifti.NiftiFormat;
import org.onelabel.volumes.format.nrrd.NrrdFormat;
import org.onelabel.volumes.format.stored.LabelFormat;
import org.onelabel.volumes.format.stored.VolumeFormat;

/**
 * The formats that are read. The ending of a name says which one a file has, in capitals or not;
 * whether a NIfTI file is compressed shows in its content alone. A folder of DICOM slices is a
 * volume, too.
 */
public final class VolumeFormats {
  /** NIfTI-1 and NIfTI-2, the format that the files of a run are written in. */
  public static final NiftiFormat NIFTI = new NiftiFormat();

  /** The published layout of the left-atrium data. */
  public static final VolumeFormat HDF5 = new Hdf5Format();

  /** NRRD. */
  public static final LabelFormat NRRD = new NrrdFormat();

  /** MetaImage. */
  public static final LabelFormat METAIMAGE = new MetaImageFormat();

  /** A folder with the slices of a DICOM series. */
  public static final VolumeFormat DICOM = new DicomFormat();

  private static final List<VolumeFormat> ALL = List.of(NIFTI, HDF5, NRRD, METAIMAGE);

  private VolumeFormats() {}

  /**
   * The format that a file's name tells, and that of a folder of DICOM slices; empty for names of
   * anything else, hidden files and other folders. A folder with volumes by their names is no
   * volume itself.
   */
  public static Optional<VolumeFormat> of(Path path) {
    Optional<VolumeFormat> named =
        ALL.stream().filter(format -> ending(format.endings(), path).isPresent()).findFirst();
    return Files.isDirectory(path) && !FileName.of(path).startsWith(".") && isSeries(path)
        ? Optional.of(DICOM)
        : named;
  }

  private static boolean isSeries(Path folder) {
    return DicomFormat.isSeries(folder)
        && DicomFormat.entries(folder).stream()
            .noneMatch(file -> ALL.stream().anyMatch(f -> ending(f.endings(), file).isPresent()));
  }

  /** A volume's name without the ending of its format; empty where it is none. */
  public static Optional<String> stem(Path path) {
    String name = FileName.of(path);
    return of(path)
        .map(
            format ->
                ending(format.endings(), path)
                    .map(ending -> name.substring(0, name.length() - ending.length()))
                    .orElse(name));
  }

  /** All files that a volume is read from; the file itself where its name tells no format. */
  public static List<Path> files(Path file) {
    return of(file).map(format -> format.files(file)).orElse(List.of(file));
  }

  /** Whether labels can be written to a file of this name. */
  public static boolean isWritten(Path file) {
    return written(file).isPresent();
  }

  /**
   * Writes labels in the format that the file's name tells, which must be one of those that are
   * written. Replaces the file atomically.
   */
  public static void write(Path file, LabelMap labels) {
    written(file)
        .orElseThrow(() -> new InputException(file, "must end in " + describe(writtenEndings())))
        .write(file, labels);
  }

  /** The ending of labels of a scan: in its own format where that is written, else in NIfTI. */
  public static String labelEnding(Path scan) {
    return of(scan)
        .flatMap(format -> writable().filter(format::equals).findFirst())
        .orElse(NIFTI)
        .labelEnding();
  }

  private static Optional<LabelFormat> written(Path file) {
    return writable()
        .filter(format -> ending(format.writtenEndings(), file).isPresent())
        .findFirst();
  }

  private static Stream<LabelFormat> writable() {
    return ALL.stream().filter(LabelFormat.class::isInstance).map(LabelFormat.class::cast);
  }

  /** The endings of all formats, {@code .nii} for one. */
  public static List<String> endings() {
    return ALL.stream().flatMap(format -> format.endings().stream()).toList();
  }

  /** The endings that labels are written with. */
  public static List<String> writtenEndings() {
    return writable().flatMap(format -> format.writtenEndings().stream()).toList();
  }

  /** The endings as people write them: {@code .nii, .nii.gz or .h5}. */
  public static String describeEndings() {
    return describe(endings());
  }

  /** Why a path is no volume. */
  public static String describeOther(Path path) {
    if (DicomFormat.isCalledSlice(path)) {
      return "is one DICOM file; give the folder of its series";
    }
    return "is no %s file".formatted(describeEndings())
        + (Files.isDirectory(path) ? " and no folder of DICOM slices" : "");
  }

  /** Some endings as people write them. */
  public static String describe(List<String> endings) {
    String before = String.join(", ", endings.subList(0, endings.size() - 1));
    return (before.isEmpty() ? "" : before + " or ") + endings.getLast();
  }

  private static Optional<String> ending(List<String> endings, Path file) {
    String name = FileName.of(file).toLowerCase(Locale.ROOT);
    return name.startsWith(".")
        ? Optional.empty()
        : endings.stream().filter(name::endsWith).findFirst();
  }
}
