package org.onelabel.cli;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What the sources of records and enums say of each component and constant, read by the compiler's
 * own parser.
 */
final class SettingsSources {
  /**
   * A component of a record.
   *
   * @param name in JSON
   * @param type as the source has it
   * @param text of its {@code @param}, in Markdown; empty where there is none
   * @param unwrapped whether its own components stand among those of the record
   */
  record Component(String name, String type, String text, boolean unwrapped) {}

  /** A constant of an enum: its name in JSON, and the first sentence of its comment. */
  record Choice(String value, String text) {}

  private final Map<String, List<Component>> records = new HashMap<>();
  private final Map<String, List<Choice>> enums = new HashMap<>();

  /** Reads every source below the folders. */
  SettingsSources(List<Path> folders) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<Path> all = Files.walk(folder)) {
        all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Reader(trees).scan(new TreePath(unit), null);
      }
    }
  }

  /** The components of a record named in {@code scope}, if it is one. */
  Optional<List<Component>> components(String scope, String type) {
    return Optional.ofNullable(records.get(resolved(records, scope, type)));
  }

  /** The constants of an enum named in {@code scope}, if it is one. */
  Optional<List<Choice>> choices(String scope, String type) {
    return Optional.ofNullable(enums.get(resolved(enums, scope, type)));
  }

  /** The full name of a record that {@code scope} names by {@code type}. */
  String record(String scope, String type) {
    return resolved(records, scope, type);
  }

  /** The nested type of that name in the scope or one around it, else the type itself. */
  private static String resolved(Map<String, ?> known, String scope, String type) {
    for (String outer = scope; ; outer = outer.substring(0, outer.lastIndexOf('.'))) {
      if (known.containsKey(outer + "." + type)) {
        return outer + "." + type;
      }
      if (!outer.contains(".")) {
        return type;
      }
    }
  }

  private final class Reader extends TreePathScanner<Void, Void> {
    private final DocTrees trees;

    Reader(DocTrees trees) {
      this.trees = trees;
    }

    @Override
    public Void visitClass(ClassTree tree, Void nothing) {
      switch (tree.getKind()) {
        case RECORD -> records.put(name(), components(tree));
        case ENUM -> enums.put(name(), choices(tree));
        default -> {}
      }
      return super.visitClass(tree, null);
    }

    /** Such as {@code Outer.Inner}. */
    private String name() {
      List<String> names = new ArrayList<>();
      for (Tree tree : getCurrentPath()) {
        if (tree instanceof ClassTree type) {
          names.addFirst(type.getSimpleName().toString());
        }
      }
      return String.join(".", names);
    }

    private List<Component> components(ClassTree tree) {
      Map<String, String> texts = new HashMap<>();
      DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
      if (comment != null) {
        for (DocTree tag : comment.getBlockTags()) {
          if (tag instanceof ParamTree param) {
            texts.put(param.getName().toString(), markdown(param.getDescription()));
          }
        }
      }
      return fields(tree)
          .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC))
          .map(
              field -> {
                String name = field.getName().toString();
                return new Component(
                    annotation(field, "JsonProperty").map(SettingsSources::value).orElse(name),
                    field.getType().toString(),
                    texts.getOrDefault(name, ""),
                    annotation(field, "JsonUnwrapped").isPresent());
              })
          .toList();
    }

    private List<Choice> choices(ClassTree tree) {
      List<Choice> choices = new ArrayList<>();
      fields(tree)
          .forEach(
              field ->
                  annotation(field, "JsonProperty")
                      .ifPresent(property -> choices.add(choice(field, property))));
      return List.copyOf(choices);
    }

    private Choice choice(VariableTree field, AnnotationTree property) {
      DocCommentTree comment = trees.getDocCommentTree(new TreePath(getCurrentPath(), field));
      return new Choice(value(property), comment == null ? "" : markdown(comment.getFullBody()));
    }
  }

  private static Stream<VariableTree> fields(ClassTree tree) {
    return tree.getMembers().stream()
        .filter(VariableTree.class::isInstance)
        .map(VariableTree.class::cast);
  }

  private static Optional<? extends AnnotationTree> annotation(VariableTree field, String name) {
    return field.getModifiers().getAnnotations().stream()
        .filter(annotation -> annotation.getAnnotationType().toString().equals(name))
        .findFirst();
  }

  /** The text of an annotation that has one. */
  private static String value(AnnotationTree annotation) {
    ExpressionTree argument = annotation.getArguments().getFirst();
    ExpressionTree value =
        argument instanceof AssignmentTree assignment ? assignment.getExpression() : argument;
    return ((com.sun.source.tree.LiteralTree) value).getValue().toString();
  }

  private static String markdown(List<? extends DocTree> trees) {
    return trees.stream()
        .map(
            tree ->
                switch (tree) {
                  case TextTree text -> text.getBody();
                  case LiteralTree literal -> "`" + literal.getBody().getBody().strip() + "`";
                  case LinkTree link -> "`" + link.getReference().getSignature() + "`";
                  default -> tree.toString();
                })
        .collect(Collectors.joining())
        .replaceAll("\\s+", " ")
        .strip();
  }
}
