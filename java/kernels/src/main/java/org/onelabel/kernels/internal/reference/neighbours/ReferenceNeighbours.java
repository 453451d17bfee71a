package org.onelabel.kernels.internal.reference.neighbours;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.Vote;
import org.onelabel.kernels.internal.reference.threads.Team;

/** Nearest neighbours: threads share the queries, or the database where queries are few. */
public final class ReferenceNeighbours {
  /** Queries of a block: each reads the whole database, and keeps its candidates in memory. */
  private static final int BLOCK = 512;

  /** With fewer queries a thread spends its time reading rows. */
  private static final int FEW = 16;

  /**
   * Of more dimensions boxes rule little out; with fewer vectors sorting costs more than it saves.
   */
  private static final int LEAF_DIMENSIONS = 8;

  private static final int LEAF_QUERIES = 64;
  private static final int LEAF_ROWS = 2048;

  private final NearestNeighbours call;
  private final FeatureMatrix database;
  private final Team team;
  private final long queries;

  /** Rows are numbered by int here. */
  private final int rows;

  private ReferenceNeighbours(NearestNeighbours call, Team given) {
    this.call = call;
    database = ReferenceDatabase.matrix(call.database());
    Optional<Vote> vote = call.vote();
    team =
        given.on(
            call.queries().data(),
            List.of(
                Optional.of(database.data()),
                call.filter().allowed(),
                call.filter().excluded(),
                call.neighbours().indices(),
                call.neighbours().scores(),
                vote.map(Vote::labels),
                vote.map(Vote::votes)));
    queries = call.queries().count();
    rows = Math.toIntExact(database.count());
  }

  /** Runs; returns how many queries and database rows are not finite. */
  public static long run(NearestNeighbours call, Team team) {
    return new ReferenceNeighbours(call, team).run();
  }

  private long run() {
    if (hasLeaves()) {
      return visitLeaves();
    }
    return queries <= (long) FEW * team.threads() ? shareRows() : shareQueries();
  }

  private boolean hasLeaves() {
    long dimension = database.dimension();
    return call.metric() == NearestNeighbours.Metric.SQUARED_L2
        && dimension > 0
        && dimension <= LEAF_DIMENSIONS
        && queries >= LEAF_QUERIES
        && rows >= LEAF_ROWS;
  }

  private long shareQueries() {
    int parts = parts();
    int width = RowTile.width(database);
    LongAdder invalid = new LongAdder();
    team.run(
        parts,
        () -> {
          RowReader reader = new RowReader(database, call.metric(), width);
          RowTile tile = new RowTile(database, width);
          return part -> {
            QueryBlock block = block(part, parts, width);
            block.scan(reader, tile, 0, rows);
            invalid.add(block.finish());
            invalid.add(part == 0 ? block.invalidRows() : 0);
          };
        });
    return invalid.sum();
  }

  private long visitLeaves() {
    int parts = parts();
    Leaves leaves = new Leaves(database);
    LongAdder invalid = new LongAdder();
    IntConsumer visit =
        part -> {
          QueryBlock block = block(part, parts, Leaves.WIDTH);
          block.visit(leaves);
          invalid.add(block.finish());
        };
    team.run(parts, () -> visit);
    return invalid.sum() + leaves.invalid();
  }

  /** Blocks of queries: as many as the threads can share evenly. */
  private int parts() {
    long blocks = Math.ceilDiv(Math.ceilDiv(queries, BLOCK), team.threads()) * team.threads();
    return Math.toIntExact(Math.min(blocks, queries));
  }

  private QueryBlock block(int part, int parts, int width) {
    long first = queries * part / parts;
    int count = (int) (queries * (part + 1) / parts - first);
    return new QueryBlock(call, database, first, count, width, team.cancellation());
  }

  private long shareRows() {
    int width = RowTile.width(database);
    int parts = Math.clamp(Math.ceilDiv(rows, width), 1, team.threads());
    QueryBlock[] blocks = new QueryBlock[parts];
    IntConsumer scan =
        part -> {
          blocks[part] =
              new QueryBlock(call, database, 0, (int) queries, width, team.cancellation());
          blocks[part].scan(
              new RowReader(database, call.metric(), width),
              new RowTile(database, width),
              (long) rows * part / parts,
              (long) rows * (part + 1) / parts);
        };
    team.run(parts, () -> scan);
    for (int part = 1; part < parts; part++) {
      blocks[0].add(blocks[part]);
    }
    return blocks[0].finish() + blocks[0].invalidRows();
  }
}
