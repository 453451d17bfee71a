"use strict";
// Each stack shows the slice that its slider names. Without this script one slice is seen.
for (const stack of document.querySelectorAll(".stack")) {
  const sheet = stack.querySelector("image");
  const slices = stack.querySelectorAll(".slice");
  const slider = stack.querySelector("input");
  const number = stack.querySelector(".number");
  const height = Number(sheet.getAttribute("height")) / slices.length;
  const show = () => {
    const shown = Number(slider.value);
    sheet.setAttribute("y", -shown * height);
    slices.forEach((slice, i) => slice.setAttribute("display", i === shown ? "inline" : "none"));
    number.textContent = shown + 1;
    slider.setAttribute("aria-valuetext", `slice ${shown + 1} of ${slices.length}`);
  };
  slider.addEventListener("input", show);
  slider.hidden = false;
  show();
}
