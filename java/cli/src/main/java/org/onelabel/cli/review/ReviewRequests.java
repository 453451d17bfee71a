package org.onelabel.cli.review;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.onelabel.pipeline.run.Review;
import org.onelabel.volumes.InputException;

/**
 * What the page asks:
 *
 * <pre>
 * GET  run               names of structures, the class of voxels that nobody looked at
 * GET  scans             the pool, the scan to correct first at the head
 * GET  scan/ID.nii       a scan; label/ID.nii its labels; both on one grid
 * GET  uncertainty/ID.nii.gz
 * POST label/ID.nii      keeps labels, on the grid of the scan
 * POST continue          lets the run go on
 * GET  progress          how it stands
 * </pre>
 */
final class ReviewRequests implements AutoCloseable {
  /** The most that a header and its extensions take of a label's file. */
  private static final int MOST_HEADER = 1 << 16;

  private final Review review;
  private final Continuing continuing;
  private final Path scratch;
  private final Optional<FirstScan> first;

  /**
   * Begins to write the scan at the head of the pool.
   *
   * @param threads that do it
   */
  ReviewRequests(Review review, Continuing continuing, Executor threads) throws IOException {
    this.review = review;
    this.continuing = continuing;
    scratch = Files.createTempDirectory("onelabel-review-");
    first =
        review.scans().stream()
            .findFirst()
            .map(scan -> FirstScan.begin(scan.id(), () -> writeFirst(scan.id()), threads));
  }

  /** The scan stays; its labels, which may change, are written for the practice. */
  private Path writeFirst(String id) {
    try {
      Path scan = Files.createTempFile(scratch, "first-", ".nii");
      review.writeScan(id, scan);
      written(id, review::writeLabels);
      return scan;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply answer(String path, HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    int slash = path.indexOf('/');
    String kind = slash < 0 ? path : path.substring(0, slash);
    String id = slash < 0 ? "" : path.substring(slash + 1).replaceFirst("\\.nii(\\.gz)?$", "");
    return switch (method + " " + kind) {
      case "GET run" -> run();
      case "GET scans" -> Reply.json(review.scans().stream().map(ReviewRequests::named).toList());
      case "GET scan" -> scan(id);
      case "GET label" -> written(id, review::writeLabels);
      case "GET uncertainty" -> uncertainty(id);
      case "POST label" -> save(id, exchange.getRequestBody());
      case "POST continue" -> {
        continuing.begin();
        yield Reply.json(continuing.state());
      }
      case "GET progress" -> Reply.json(continuing.state());
      default ->
          "GET".equals(method)
              ? PageFiles.named(path)
                  .orElseGet(() -> Reply.refusal(Reply.NOT_FOUND, "no such file: " + path))
              : Reply.refusal(Reply.WRONG_METHOD, "no such request: %s %s".formatted(method, path));
    };
  }

  private Reply run() {
    return Reply.json(Map.of("structures", review.structures(), "unknown", review.unknown()));
  }

  private static Map<String, Object> named(Review.Scan scan) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", scan.id());
    fields.put("state", scan.state().name().toLowerCase(Locale.ROOT));
    scan.estimate().ifPresent(dice -> fields.put("estimate", dice));
    return fields;
  }

  private Reply scan(String id) throws IOException {
    Optional<Path> ready = first.flatMap(scan -> scan.of(id));
    return ready.isPresent() ? Reply.volume(ready.get()) : written(id, review::writeScan);
  }

  private Reply written(String id, BiConsumer<String, Path> writer) throws IOException {
    Path file = Files.createTempFile(scratch, "volume-", ".nii");
    try {
      writer.accept(id, file);
      return Reply.volume(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private Reply uncertainty(String id) {
    return review
        .uncertainty(id)
        .map(Reply::volume)
        .orElseGet(() -> Reply.refusal(Reply.NOT_FOUND, "no uncertainty of " + id));
  }

  private Reply save(String id, InputStream body) throws IOException {
    int most = Math.addExact(review.voxels(id), MOST_HEADER);
    byte[] labels = body.readNBytes(most + 1);
    if (labels.length > most) {
      return Reply.refusal(
          Reply.TOO_LARGE, "more than the %d voxels of %s".formatted(review.voxels(id), id));
    }
    Path file = Files.createTempFile(scratch, "label-", ".nii");
    try {
      Files.write(file, labels);
      review.save(id, file);
      return Reply.json(Map.of("saved", id));
    } catch (InputException e) {
      // The page sent what is wrong; nobody can look into its file.
      throw new InputException(e.getMessage().replace(file.toString(), "the labels of " + id));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Deletes the folder of volumes in transit. */
  @Override
  public void close() {
    try {
      for (Path file : files()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(scratch);
    } catch (IOException _) {
      // It is the system's folder of temporary files: nobody else reads it, and it is emptied.
    }
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(scratch)) {
      return files.toList();
    }
  }
}
