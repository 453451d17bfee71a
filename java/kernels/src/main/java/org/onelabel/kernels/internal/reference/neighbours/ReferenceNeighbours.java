package org.onelabel.kernels.internal.reference.neighbours;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
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

  private ReferenceNeighbours() {}

  /** Runs; returns how many queries and database rows are not finite. */
  public static long run(NearestNeighbours call, Team given) {
    Optional<Vote> vote = call.vote();
    Team team =
        given.on(
            call.queries().data(),
            List.of(
                Optional.of(call.database().data()),
                call.filter().allowed(),
                call.filter().excluded(),
                call.neighbours().indices(),
                call.neighbours().scores(),
                vote.map(Vote::labels),
                vote.map(Vote::votes)));
    // Rows are numbered by int here.
    int rows = Math.toIntExact(call.database().count());
    long queries = call.queries().count();
    if (hasLeaves(call)) {
      return visitLeaves(call, team, queries);
    }
    return queries <= (long) FEW * team.threads()
        ? shareRows(call, team, rows, (int) queries)
        : shareQueries(call, team, rows, queries);
  }

  private static boolean hasLeaves(NearestNeighbours call) {
    long dimension = call.database().dimension();
    return call.metric() == NearestNeighbours.Metric.SQUARED_L2
        && dimension > 0
        && dimension <= LEAF_DIMENSIONS
        && call.queries().count() >= LEAF_QUERIES
        && call.database().count() >= LEAF_ROWS;
  }

  private static long shareQueries(NearestNeighbours call, Team team, int rows, long queries) {
    int parts = parts(team, queries);
    int width = RowTile.width(call.database());
    LongAdder invalid = new LongAdder();
    team.run(
        parts,
        () -> {
          RowReader reader = new RowReader(call.database(), call.metric(), width);
          RowTile tile = new RowTile(call.database(), width);
          return part -> {
            QueryBlock block = block(call, team, part, parts, width);
            block.scan(reader, tile, 0, rows);
            invalid.add(block.finish());
            invalid.add(part == 0 ? block.invalidRows() : 0);
          };
        });
    return invalid.sum();
  }

  private static long visitLeaves(NearestNeighbours call, Team team, long queries) {
    int parts = parts(team, queries);
    Leaves leaves = new Leaves(call.database());
    LongAdder invalid = new LongAdder();
    IntConsumer visit =
        part -> {
          QueryBlock block = block(call, team, part, parts, Leaves.WIDTH);
          block.visit(leaves);
          invalid.add(block.finish());
        };
    team.run(parts, () -> visit);
    return invalid.sum() + leaves.invalid();
  }

  /** Blocks of queries: as many as the threads can share evenly. */
  private static int parts(Team team, long queries) {
    long blocks = Math.ceilDiv(Math.ceilDiv(queries, BLOCK), team.threads()) * team.threads();
    return Math.toIntExact(Math.min(blocks, queries));
  }

  private static QueryBlock block(
      NearestNeighbours call, Team team, int part, int parts, int width) {
    long queries = call.queries().count();
    long first = queries * part / parts;
    int count = (int) (queries * (part + 1) / parts - first);
    return new QueryBlock(call, first, count, width, team.cancellation());
  }

  private static long shareRows(NearestNeighbours call, Team team, int rows, int queries) {
    int width = RowTile.width(call.database());
    int parts = Math.clamp(Math.ceilDiv(rows, width), 1, team.threads());
    QueryBlock[] blocks = new QueryBlock[parts];
    IntConsumer scan =
        part -> {
          blocks[part] = new QueryBlock(call, 0, queries, width, team.cancellation());
          blocks[part].scan(
              new RowReader(call.database(), call.metric(), width),
              new RowTile(call.database(), width),
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
