package org.onelabel.cli.review;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The scan that the page shows first, written while somebody opens the page. Thread-safe.
 *
 * @param id of the scan
 * @param file that it is written to; empty where that failed
 */
record FirstScan(String id, CompletableFuture<Optional<Path>> file) {

  /** Begins to write a scan. */
  static FirstScan begin(String id, Supplier<Path> writer, Executor threads) {
    return new FirstScan(
        id,
        CompletableFuture.supplyAsync(writer, threads)
            .<Optional<Path>>thenApply(Optional::of)
            // Whoever asks for it tries again and is told why.
            .exceptionally(_ -> Optional.empty()));
  }

  /** The file of a scan where it is this one, as soon as it is written. */
  Optional<Path> of(String asked) {
    return asked.equals(id) ? file.join() : Optional.empty();
  }
}
