package org.onelabel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.configuration.Presets;

/** The page of all settings: what their records say of them, and the values of the presets. */
final class SettingsPage {
  /** A setting and the record that it stands in. */
  private record Row(String name, SettingsSources.Component component, String scope) {}

  private final SettingsSources sources;
  private final Map<String, String> sections = new LinkedHashMap<>();
  private final Map<String, List<Row>> rows = new LinkedHashMap<>();

  private SettingsPage(SettingsSources sources) {
    this.sources = sources;
  }

  /** The page of the sources in a repository. */
  static String text(Path repository) throws IOException {
    SettingsPage page =
        new SettingsPage(
            new SettingsSources(
                List.of(
                    repository.resolve("java/pipeline/src/main/java"),
                    repository.resolve("java/networks/src/main/java"))));
    page.collect("Configuration", "");
    return page.write();
  }

  private void collect(String record, String prefix) {
    for (SettingsSources.Component component : sources.components("", record).orElseThrow()) {
      String name = prefix + component.name();
      String inner = sources.record(record, component.type());
      if (sources.components("", inner).isEmpty()) {
        rows.computeIfAbsent(prefix, _ -> new ArrayList<>()).add(new Row(name, component, record));
      } else if (component.unwrapped()) {
        collect(inner, prefix);
      } else {
        sections.put(name + ".", sentence(name, component.text()));
        collect(inner, name + ".");
      }
    }
  }

  private String write() throws IOException {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    for (String preset : Presets.NAMES) {
      values.put(preset, new ObjectMapper().readTree(Configuration.of(preset, Map.of()).toJson()));
    }
    StringBuilder page =
        new StringBuilder(
            """
            # Settings

            <!-- Generated from the settings records and presets by tools/reference-pages. -->

            `--set NAME=VALUE` changes one setting of a run. `--config FILE` changes several: the file is JSON with the same names.
            `--preset` chooses the values that a run starts from: `quick` (the default), `standard` or `paper`.
            A value of 0, `0,0,0` or empty text often means: [the data decide](plan.md).

            """);
    page.append(section("", "General", values));
    sections.forEach(
        (prefix, text) ->
            page.append(
                section(
                    prefix,
                    "`%s`\n\n%s".formatted(prefix.substring(0, prefix.length() - 1), text),
                    values)));
    return page.append(baselines()).toString();
  }

  private String section(String prefix, String head, Map<String, JsonNode> values) {
    StringBuilder table = new StringBuilder("## " + head + "\n\n");
    table.append("| setting | value | ").append(String.join(" | ", Presets.NAMES));
    table
        .append(" | meaning |\n|---|---|")
        .append("---|".repeat(Presets.NAMES.size() + 1))
        .append("\n");
    StringBuilder choices = new StringBuilder();
    for (Row row : rows.get(prefix)) {
      String cells =
          Presets.NAMES.stream()
              .map(preset -> value(values.get(preset), row.name()))
              .collect(Collectors.joining(" | "));
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(row.name(), kind(row), cells, sentence(row.name(), row.component.text())));
      sources
          .choices(row.scope(), row.component().type())
          .ifPresent(all -> choices.append(list(row.name(), all)));
    }
    return table.append("\n").append(choices).toString();
  }

  private String kind(Row row) {
    return switch (row.component().type()) {
      case "int", "long" -> "integer";
      case "double" -> "number";
      case "boolean" -> "`true`, `false`";
      case "String" -> "text";
      case "List<Integer>" -> "three integers";
      case String type when sources.choices(row.scope(), type).isPresent() -> "see below";
      case String type -> throw new AssertionError(row.name() + " is of an unknown type " + type);
    };
  }

  private static String list(String name, List<SettingsSources.Choice> all) {
    StringBuilder list = new StringBuilder("Values of `%s`:\n\n".formatted(name));
    for (SettingsSources.Choice choice : all) {
      list.append(
          "- `%s`: %s\n".formatted(choice.value(), sentence(choice.value(), choice.text())));
    }
    return list.append("\n").toString();
  }

  private static String value(JsonNode root, String name) {
    JsonNode value = root.at("/" + name.replace('.', '/'));
    if (value.isMissingNode() || value.isObject()) {
      throw new AssertionError("no setting named " + name);
    }
    return value(value);
  }

  private static String value(JsonNode value) {
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(JsonNode::asText)
          .collect(Collectors.joining(","));
    }
    if (value.isDouble()) {
      BigDecimal number = new BigDecimal(value.asText()).stripTrailingZeros();
      return number.scale() < -9 ? number.toString() : number.toPlainString();
    }
    return value.asText().isEmpty() ? "–" : value.asText();
  }

  private static String sentence(String name, String text) {
    if (text.isEmpty()) {
      throw new AssertionError(name + " has no comment in its source");
    }
    String first = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    return (first.endsWith(".") ? first : first + ".").replace("|", "\\|");
  }

  private static String baselines() throws IOException {
    StringBuilder table =
        new StringBuilder(
            """
            ## Baselines

            `--baseline NAME` trains another system in place of ours. It trains once, for as many steps as all rounds of the preset have together.
            Each baseline is the preset with these changes:

            | baseline | settings |
            |---|---|
            """);
    for (String name : Presets.BASELINES) {
      try (InputStream in =
          Presets.class.getResourceAsStream("baselines/%s.json".formatted(name))) {
        List<String> changes = new ArrayList<>();
        flatten("", new ObjectMapper().readTree(in), changes);
        table.append("| `%s` | %s |\n".formatted(name, String.join(", ", changes)));
      }
    }
    return table.toString();
  }

  private static void flatten(String prefix, JsonNode node, List<String> changes) {
    node.properties()
        .forEach(
            entry -> {
              String name = prefix + entry.getKey();
              if (entry.getValue().isObject()) {
                flatten(name + ".", entry.getValue(), changes);
              } else {
                changes.add("`%s=%s`".formatted(name, value(entry.getValue())));
              }
            });
  }
}
