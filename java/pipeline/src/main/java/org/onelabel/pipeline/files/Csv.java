package org.onelabel.pipeline.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.QuoteMode;

/** Comma-separated values, a line at a time. Not thread-safe. */
public final class Csv {
  private static final CSVFormat PLAIN = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
  private static final CSVFormat QUOTED = PLAIN.builder().setQuoteMode(QuoteMode.ALL).get();

  /** What a spreadsheet takes for the beginning of a formula. */
  private static final String FORMULA = "=+-@\t\r\n";

  private final StringBuilder text = new StringBuilder();

  /**
   * Text that always stands in quotes; numbers and words of our own do not. Where a spreadsheet
   * would take it for a formula, an apostrophe stands before it, as OWASP advises against CSV
   * injection.
   */
  public record Quoted(String text) {
    public Quoted {
      boolean formula = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
      text = formula ? "'" + text : text;
    }
  }

  /** A number as a cell; empty for NaN, which stands for what is not known. */
  public static String number(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }

  /** Adds a line. */
  public void line(Object... cells) {
    line(List.of(cells));
  }

  /** Adds a line. */
  public void line(List<?> cells) {
    try {
      for (int i = 0; i < cells.size(); i++) {
        switch (cells.get(i)) {
          case Quoted quoted -> QUOTED.print(quoted.text, text, i == 0);
          case Object plain -> PLAIN.print(plain, text, i == 0);
        }
      }
      PLAIN.println(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All lines. */
  @Override
  public String toString() {
    return text.toString();
  }
}
