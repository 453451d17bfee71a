package org.onelabel.pipeline.files;

/** Text in the cells of comma-separated files. */
final class CsvText {
  private static final String FORMULA = "=+-@\t\r\n";

  private CsvText() {}

  /**
   * The text of a cell. Where a spreadsheet would take it for a formula, an apostrophe stands
   * before it, as OWASP advises against CSV injection.
   */
  static String cell(String text) {
    boolean formula = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
    return formula ? "'" + text : text;
  }
}
