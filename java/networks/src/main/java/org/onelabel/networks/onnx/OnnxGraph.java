package org.onelabel.networks.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.onelabel.networks.weights.Tensor;

/**
 * A graph of ONNX that is made operator by operator, on float32 values B×channels×X×Y×Z of any
 * batch and any sides. Not thread-safe.
 */
public final class OnnxGraph {
  /** That of PyTorch's instance norm. */
  private static final float NORM_EPSILON = 1e-5f;

  /** What an operator gives or takes. */
  public record Value(String name, int channels) {}

  /**
   * What a convolution is made with.
   *
   * @param sides of its window along x, y, z
   * @param channels of what it gives
   */
  public record Filter(String weight, String bias, List<Integer> sides, int channels) {}

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("network");
  private final Map<String, Tensor> constants = new LinkedHashMap<>();

  /** An input of the graph. */
  public Value input(String name, int channels) {
    Value input = new Value(name, channels);
    graph.addInput(described(input));
    return input;
  }

  /** Makes a value an output of the graph, under this name. */
  public void output(String name, Value value) {
    Value output = new Value(name, value.channels);
    graph.addNode(node("Identity", output, List.of(value.name)));
    graph.addOutput(described(output));
  }

  private static ValueInfoProto described(Value value) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(Dimension.newBuilder().setDimParam("batch"));
    shape.addDim(Dimension.newBuilder().setDimValue(value.channels));
    for (String side : List.of("x", "y", "z")) {
      shape.addDim(Dimension.newBuilder().setDimParam(side));
    }
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT_VALUE)
            .setShape(shape)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(value.name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /**
   * The filter of a convolution; its values are shared.
   *
   * @param name of its tensors, to which {@code .weight} and {@code .bias} are added
   * @param weight out×in×x×y×z; of a transposed convolution in×out×x×y×z
   * @param bias out
   */
  public Filter filter(String name, Tensor weight, Tensor bias) {
    List<Integer> sides = weight.shape().subList(2, weight.shape().size());
    return new Filter(
        constant(name + ".weight", weight), constant(name + ".bias", bias), sides, bias.size());
  }

  /** The name of a tensor in the graph. One that is there under this name is not added again. */
  private String constant(String name, Tensor tensor) {
    if (tensor.type() != Tensor.Type.F32) {
      throw new IllegalArgumentException(name + " is of " + tensor.type() + ", not of F32");
    }
    constants.putIfAbsent(name, tensor);
    return name;
  }

  /** A convolution of stride 1 with as many zeros around {@code x} that its sides stay. */
  public Value convolution(Value x, Filter filter) {
    List<Integer> half = filter.sides.stream().map(side -> side / 2).toList();
    List<Integer> bothEnds = Collections.nCopies(2, half).stream().flatMap(List::stream).toList();
    return convolved("Conv", x, filter, Attributes.integers("pads", bothEnds));
  }

  /** A convolution whose windows lie side by side: the sides are divided by the filter's. */
  public Value stridedConvolution(Value x, Filter filter) {
    return convolved("Conv", x, filter, Attributes.integers("strides", filter.sides));
  }

  /** A transposed convolution: the sides are multiplied by the filter's. */
  public Value transposedConvolution(Value x, Filter filter) {
    return convolved("ConvTranspose", x, filter, Attributes.integers("strides", filter.sides));
  }

  private Value convolved(String operator, Value x, Filter filter, AttributeProto how) {
    return add(
        operator,
        filter.channels,
        List.of(x.name, filter.weight, filter.bias),
        Attributes.integers("kernel_shape", filter.sides),
        how);
  }

  /** Mean 0 and variance 1 of each channel of each of the batch. */
  public Value instanceNorm(Value x) {
    String ones = constant("ones." + x.channels, repeated(1, x.channels));
    String zeros = constant("zeros." + x.channels, repeated(0, x.channels));
    return add(
        "InstanceNormalization",
        x.channels,
        List.of(x.name, ones, zeros),
        Attributes.number("epsilon", NORM_EPSILON));
  }

  private static Tensor repeated(float value, int times) {
    float[] values = new float[times];
    Arrays.fill(values, value);
    return Tensor.of(values, times);
  }

  /** The larger of each value and 0. */
  public Value relu(Value x) {
    return add("Relu", x.channels, List.of(x.name));
  }

  /** The largest value of each block of these sides. */
  public Value maxPool(Value x, List<Integer> sides) {
    return add(
        "MaxPool",
        x.channels,
        List.of(x.name),
        Attributes.integers("kernel_shape", sides),
        Attributes.integers("strides", sides));
  }

  /** Trilinear interpolation to sides that are these factors larger; voxels are cells. */
  public Value upsampled(Value x, List<Integer> factors) {
    String name =
        "factors." + factors.stream().map(String::valueOf).collect(Collectors.joining("x"));
    float[] scales = {1, 1, factors.get(0), factors.get(1), factors.get(2)};
    return add(
        "Resize",
        x.channels,
        List.of(x.name, "", constant(name, Tensor.of(scales, scales.length))),
        Attributes.text("mode", "linear"),
        Attributes.text("coordinate_transformation_mode", "half_pixel"));
  }

  /** The channels of {@code a}, then those of {@code b}. */
  public Value concatenation(Value a, Value b) {
    return add(
        "Concat", a.channels + b.channels, List.of(a.name, b.name), Attributes.integer("axis", 1));
  }

  /** The sum of two values of one shape. */
  public Value sum(Value a, Value b) {
    return add("Add", a.channels, List.of(a.name, b.name));
  }

  private Value add(
      String operator, int channels, List<String> inputs, AttributeProto... attributes) {
    Value result = new Value(operator + "." + graph.getNodeCount(), channels);
    graph.addNode(node(operator, result, inputs, attributes));
    return result;
  }

  private static NodeProto node(
      String operator, Value result, List<String> inputs, AttributeProto... attributes) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(result.name)
        .addAllInput(inputs)
        .addOutput(result.name)
        .addAllAttribute(Arrays.asList(attributes))
        .build();
  }

  /** What all constants take. */
  long bytes() {
    return constants.values().stream().mapToLong(tensor -> tensor.data().remaining()).sum();
  }

  /** The graph with a copy of its constants. */
  GraphProto proto() {
    GraphProto.Builder whole = graph.clone();
    constants.forEach(
        (name, tensor) ->
            whole.addInitializer(
                TensorProto.newBuilder()
                    .setName(name)
                    .setDataType(TensorProto.DataType.FLOAT_VALUE)
                    .addAllDims(tensor.shape().stream().map(Integer::longValue).toList())
                    .setRawData(ByteString.copyFrom(tensor.data().duplicate()))));
    return whole.build();
  }
}
