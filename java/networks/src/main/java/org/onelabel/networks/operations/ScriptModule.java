package org.onelabel.networks.operations;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.onelabel.networks.torchscript.ScriptArchive;

/**
 * A TorchScript module whose methods lie in a {@code .torchscript} file. Classes that give each
 * method its name and types are the only ones to call it. Owns native memory: close it. Not
 * thread-safe.
 */
public final class ScriptModule implements AutoCloseable {
  private final Model model;
  private final Block block;
  private final ParameterStore store;

  private ScriptModule(Model model, NDManager manager) {
    this.model = model;
    block = model.getBlock();
    store = new ParameterStore(manager, false);
  }

  /** The methods in the file {@code name.torchscript} beside {@code owner}. */
  public static ScriptModule open(Class<?> owner, String name, NDManager manager) {
    return Resources.open(
        resources -> {
          Model model =
              resources.add(
                  Model.newInstance(
                      "operators", manager.getDevice(), manager.getEngine().getEngineName()),
                  Model::close);
          EngineLog.quieten();
          load(model, owner, name);
          return new ScriptModule(model, manager);
        });
  }

  private static void load(Model model, Class<?> owner, String name) {
    try (InputStream text = owner.getResourceAsStream(name + ".torchscript")) {
      String methods = new String(text.readAllBytes(), StandardCharsets.UTF_8);
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      ScriptArchive.ofMethods("Operators", methods).writeTo(archive);
      model.load(new ByteArrayInputStream(archive.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedModelException e) {
      throw new IllegalStateException("PyTorch refuses the operators", e);
    }
  }

  /** Calls a method on single tensors; gradients are recorded where the thread collects them. */
  public NDArray call(String method, NDArray... inputs) {
    return forward(method, new NDList(inputs));
  }

  /** Calls a method whose last argument is a list of tensors. */
  public NDArray callWithList(String method, List<NDArray> list, NDArray... inputs) {
    NDList all = new NDList(inputs);
    addList(all, "w", list);
    return forward(method, all);
  }

  /** Calls a method that changes its lists in place, detached, and returns a number. */
  double callInPlace(String method, NDArray settings, List<List<NDArray>> lists) {
    NDList all = new NDList();
    for (int i = 0; i < lists.size(); i++) {
      addList(all, "list" + i, lists.get(i));
    }
    settings.setName(null);
    all.add(settings);
    try (NDArray result = forward(method, all)) {
      return result.getFloat();
    }
  }

  /** DJL gathers consecutive arrays of the name {@code x[]} into one list argument. */
  private static void addList(NDList inputs, String name, List<NDArray> arrays) {
    for (NDArray array : arrays) {
      array.setName(name + "[]");
      inputs.add(array);
    }
  }

  private NDArray forward(String method, NDList inputs) {
    // A script that is optimised after its first calls rounds differently from then on: a training
    // that goes on in another process would not come to the same bytes.
    JniUtils.setGraphExecutorOptimize(false);
    NDArray first = inputs.getFirst();
    try (NDArray mark = first.getManager().create(0f)) {
      mark.setName("module_method:" + method);
      inputs.add(mark);
      // Always the path that may record: the engine's inference mode forbids in-place steps.
      NDArray result = block.forward(store, inputs, true).getFirst();
      result.setName(null);
      return result;
    } finally {
      for (NDArray array : inputs) {
        array.setName(null);
      }
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
