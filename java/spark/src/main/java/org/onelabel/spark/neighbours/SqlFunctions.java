package org.onelabel.spark.neighbours;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.volumes.InputException;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Functions of SQL, for {@code spark.sql.extensions}: {@code SELECT * FROM exact_neighbours(
 * 'queries', 'database', 10, 'cosine')} is {@link ExactNeighbours#join} of two tables or views.
 */
public final class SqlFunctions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  private static final String NAME = "exact_neighbours";

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    extensions.injectTableFunction(
        new Tuple3<>(
            FunctionIdentifier.apply(NAME),
            new ExpressionInfo(ExactNeighbours.class.getName(), NAME),
            new AbstractFunction1<>() {
              @Override
              public LogicalPlan apply(Seq<Expression> arguments) {
                return plan(CollectionConverters.asJava(arguments));
              }
            }));
    return BoxedUnit.UNIT;
  }

  private static LogicalPlan plan(List<Expression> arguments) {
    if (arguments.size() != 4 || !arguments.stream().allMatch(Expression::foldable)) {
      throw new InputException(
          NAME + " takes constants: a table of queries, one of the database, k, and a metric");
    }
    List<String> values =
        arguments.stream().map(argument -> String.valueOf(argument.eval(null))).toList();
    SparkSession session = SparkSession.active();
    Dataset<Row> found =
        ExactNeighbours.DEFAULT.join(
            session.table(values.get(0)),
            session.table(values.get(1)),
            k(values.get(2)),
            metric(values.get(3)));
    return ((org.apache.spark.sql.classic.Dataset<Row>) found).logicalPlan();
  }

  private static int k(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new InputException("k is a whole number, not " + text);
    }
  }

  private static Metric metric(String name) {
    try {
      return Metric.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException _) {
      throw new InputException(
          "a metric is cosine, inner_product or squared_l2, not \"%s\"".formatted(name));
    }
  }
}
