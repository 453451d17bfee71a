package org.onelabel.pipeline.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;

/** The pages in {@code src/main/jte}, compiled with the sources. Thread-safe. */
public final class Pages {
  private static final TemplateEngine ENGINE =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Pages.class.getClassLoader(), "org.onelabel.pipeline");

  private Pages() {}

  /**
   * HTML.
   *
   * @param name of the page, such as {@code report/page}
   * @param values what it shows: its one parameter
   */
  public static String render(String name, Object values) {
    TemplateOutput html = new StringOutput();
    ENGINE.render(name + ".jte", values, html);
    return html.toString();
  }
}
