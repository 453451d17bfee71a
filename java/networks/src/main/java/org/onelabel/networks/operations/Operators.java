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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * PyTorch operators that DJL's own arrays lack in three dimensions — trilinear up-sampling,
 * instance norm, channels-last convolution — and the in-place optimiser steps, as one TorchScript
 * module. Gradients flow through it. Named like the methods in {@code operators.torchscript}.
 *
 * <p>Channels-last memory makes the wide 3³ convolutions about three times as fast on a CPU, and
 * all of a U-Net stays in it. Instance norm is written as sums: PyTorch's own is for the plain
 * layout, and its batch and group norms add hundreds of thousands of channels-last values one by
 * one in float32 (1e-4 off). Its variance {@code v} is the mean of {@code d·d₀}, {@code d₀} being
 * {@code d} without gradient, and counts as {@code 2v − v₀}: the value and gradient of {@code d²}
 * with a pass less. Up-sampling is one product per axis with the matrix of linear interpolation.
 * Convolutions name oneDNN themselves: left to choose, PyTorch takes a loop forty times as slow for
 * a single small patch (docs/training-step.md).
 */
public final class Operators implements AutoCloseable {
  public static final String ENGINE = "PyTorch";

  private final Model model;
  private final Block block;
  private final ParameterStore store;

  /** The operators of specialists and their training. */
  public Operators(NDManager manager) {
    this(manager, "operators");
  }

  /** The methods in {@code script.torchscript}. */
  public Operators(NDManager manager, String script) {
    model = Resources.open(resources -> load(resources, script));
    block = model.getBlock();
    store = new ParameterStore(manager, false);
  }

  private static Model load(Resources resources, String script) {
    Model model = resources.add(Model.newInstance("operators", ENGINE), Model::close);
    EngineLog.quieten();
    try (InputStream text = Operators.class.getResourceAsStream(script + ".torchscript")) {
      String methods = new String(text.readAllBytes(), StandardCharsets.UTF_8);
      model.load(new ByteArrayInputStream(ScriptArchive.of("Operators", methods)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedModelException e) {
      throw new IllegalStateException("PyTorch refuses the operators", e);
    }
    return model;
  }

  /** Calls a method on single tensors; gradients are recorded where the thread collects them. */
  public NDArray call(String method, NDArray... inputs) {
    return forward(method, new NDList(inputs));
  }

  /** Calls a method whose last argument is a list of weights. */
  public NDArray withWeights(String method, List<NDArray> weights, NDArray... inputs) {
    NDList list = new NDList(inputs);
    addList(list, "w", weights);
    return forward(method, list);
  }

  /** Calls a method that changes its lists in place, detached, and returns a number. */
  public double inPlace(String method, NDArray settings, List<List<NDArray>> lists) {
    NDList list = new NDList();
    for (int i = 0; i < lists.size(); i++) {
      addList(list, "list" + i, lists.get(i));
    }
    settings.setName(null);
    list.add(settings);
    try (NDArray result = forward(method, list)) {
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
