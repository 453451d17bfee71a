// A scan in three planes, its labels as a drawing on it, and the uncertainty above both.
import { Niivue, NVImage } from "./niivue.js";
import { content, read } from "./server.js";

// Okabe and Ito's colours, which people who see colours differently tell apart, without black.
const COLOURS = [
  [230, 159, 0], [86, 180, 233], [0, 158, 115], [240, 228, 66], [0, 114, 178], [213, 94, 0],
  [204, 121, 167],
];
const UNKNOWN = [150, 150, 150];
// Clear where the network was sure, red and then yellow where it was not.
const UNCERTAINTY = { R: [255, 255], G: [0, 230], B: [0, 0], A: [0, 255], I: [0, 255] };
const UNCERTAINTY_OPACITY = 0.7;
const UNDO_STEPS = 30;

export class Viewer {
  #niivue = new Niivue({
    dragAndDropEnabled: false,
    isRadiologicalConvention: true,
    isResizeCanvas: true,
    multiplanarShowRender: 0,
    crosshairWidth: 0.4,
    crosshairWidthUnit: "percent",
    maxDrawUndoBitmaps: UNDO_STEPS,
    clipPlaneHotKey: "none",
    cycleClipPlaneHotKey: "none",
    viewModeHotKey: "none",
    logLevel: "error",
  });
  #id = "";

  // Begins on a canvas. `changed` is called when the person has drawn, `looked` with where the cross
  // is, in millimetres, and the value there.
  async open(canvas, { structures, unknown }, changed, looked) {
    await this.#niivue.attachToCanvas(canvas);
    this.#niivue.setSliceType(this.#niivue.sliceTypeMultiplanar);
    this.#niivue.onDrawingChanged = (action) => {
      if (action === "draw") changed();
    };
    this.#niivue.onLocationChange = ({ mm, values }) => looked([...mm].slice(0, 3), values[0]?.value);
    this.#niivue.addColormap("uncertainty", UNCERTAINTY);
    const colours = Array.from({ length: Math.max(structures.length, unknown) + 1 }, (_, value) =>
      this.colour(value, unknown));
    this.#niivue.setDrawColormap({
      R: colours.map((c) => c[0]),
      G: colours.map((c) => c[1]),
      B: colours.map((c) => c[2]),
      A: colours.map((_, value) => (value === 0 ? 0 : 255)),
    });
  }

  colour(value, unknown) {
    if (value === 0) return [0, 0, 0];
    return value === unknown ? UNKNOWN : COLOURS[(value - 1) % COLOURS.length];
  }

  // Shows a scan and its labels, which may be read already.
  async show(id, reading = read(id)) {
    const niivue = this.#niivue;
    const [scan, labels] = await Promise.all((await reading).map((file) =>
      NVImage.loadFromUrl({ url: file, name: "volume.nii", colormap: "gray" })));
    niivue.setDrawingEnabled(false);
    niivue.closeDrawing();
    while (niivue.volumes.length > 0) niivue.removeVolumeByIndex(niivue.volumes.length - 1);
    niivue.addVolume(scan);
    if (!niivue.loadDrawing(labels)) throw new Error("the labels do not lie on the grid of the scan");
    this.#id = id;
    this.#lookAtLabels();
  }

  // The cross in the middle of what is labelled.
  #lookAtLabels() {
    const niivue = this.#niivue;
    const [, sizeX, sizeY, sizeZ] = niivue.back.dims;
    const sum = [0, 0, 0];
    let count = 0;
    const labels = niivue.drawBitmap;
    for (let at = 0; at < labels.length; at++) {
      if (labels[at] === 0) continue;
      sum[0] += at % sizeX;
      sum[1] += Math.floor(at / sizeX) % sizeY;
      sum[2] += Math.floor(at / (sizeX * sizeY));
      count++;
    }
    niivue.scene.crosshairPos = [sizeX, sizeY, sizeZ].map((size, axis) =>
      count > 0 ? (sum[axis] / count + 0.5) / size : 0.5);
    niivue.drawScene();
  }

  // Draws with a class, 0 for the background; nothing to look alone.
  use(value, isFilled) {
    this.#niivue.setDrawingEnabled(value !== null);
    if (value !== null) this.#niivue.setPenValue(value, isFilled && value !== 0);
  }

  set brush(voxels) {
    this.#niivue.opts.penSize = voxels;
  }

  set labelOpacity(share) {
    this.#niivue.setDrawOpacity(share);
  }

  undo() {
    this.#niivue.drawUndo();
  }

  // Shows or hides the uncertainty; it is asked for when it is shown first.
  async showUncertainty(isShown) {
    const niivue = this.#niivue;
    if (niivue.volumes.length > 1) {
      niivue.setOpacity(1, isShown ? UNCERTAINTY_OPACITY : 0);
    } else if (isShown) {
      const file = await content(`uncertainty/${encodeURIComponent(this.#id)}.nii.gz`);
      const uncertainty = await NVImage.loadFromUrl({
        url: file,
        name: "uncertainty.nii.gz",
        colormap: "uncertainty",
        opacity: UNCERTAINTY_OPACITY,
      });
      uncertainty.cal_min = 0;
      uncertainty.cal_max = uncertainty.robust_max;
      niivue.addVolume(uncertainty);
      // As opaque as it is large.
      niivue.setModulationImage(uncertainty.id, uncertainty.id, 1);
    }
  }

  // The labels as a NIfTI file on the grid of the scan.
  labels() {
    return this.#niivue.saveImage({ filename: "", isSaveDrawing: true });
  }
}
