// What the server answers.

// A refusal is an error of one line.
async function answered(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error((await response.json()).refusal);
  return response;
}

export async function ask(path, options) {
  return (await answered(path, options)).json();
}

// The content of a volume's file.
export async function content(path) {
  return (await answered(path)).arrayBuffer();
}

// The files of a scan and its labels, which are asked for at once.
export function read(id) {
  const name = encodeURIComponent(id);
  return Promise.all([content(`scan/${name}.nii`), content(`label/${name}.nii`)]);
}
