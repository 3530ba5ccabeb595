/** Pictures in the editor: read from a file, checked by the server, and called by short names where HTML is written. */

import { button, el } from "../exam/dom.js";
import { call, t } from "./page.js";

export const FILES = "image/png,image/jpeg,image/gif,image/webp,image/bmp";
const ADDRESS = /data:image\/[a-z]+;base64,[A-Za-z0-9+/=]+/g;
const NAME = /(<img\b[^>]*?\bsrc=\\?")(picture-\d+)(?=\\?")/g;
const names = new Map();
const addresses = new Map();

/** HTML with a short name instead of each picture, fit to be read and written. */
export function fold(html) {
  return html.replace(ADDRESS, nameOf);
}

/** The other way round. */
export function unfold(text) {
  return text.replace(NAME, (whole, before, name) => before + (addresses.get(name) ?? name));
}

function nameOf(address) {
  if (!names.has(address)) {
    names.set(address, `picture-${names.size + 1}`);
    addresses.set(names.get(address), address);
  }
  return names.get(address);
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The picture of a file as an item may hold it: `{data, width, height}`; or an Error with the server's sentence. */
export async function upload(file) {
  const body = new FormData();
  body.append("file", file);
  return call("POST", "picture", body);
}

/** Ask for a picture and its description; the tag that shows it, or null. */
export function askPicture() {
  const file = el("input", { type: "file", accept: FILES, required: true });
  const alt = el("textarea", { rows: 2, maxlength: 500, required: true });
  const wrong = el("p", { class: "note bad", role: "alert", hidden: true });
  const put = el("button", { class: "primary", text: t("insert_picture") });
  const labelled = (name, control, hint) => el("label", { class: "bank-field" }, el("span", { text: name }), control, el("small", { class: "muted", text: hint }));
  const form = el("form", { class: "bank-editor" },
    labelled(t("picture_file"), file, t("picture_how")), labelled(t("picture_alt"), alt, t("picture_alt_how")), wrong,
    el("div", { class: "bank-acts" }, put, button(t("cancel"), () => dialog.close())));
  const dialog = el("dialog", { class: "bank-picture", "aria-labelledby": "picture-head" }, el("h2", { id: "picture-head", text: t("insert_picture") }), form);
  let tag = null;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    put.disabled = true;
    try {
      const { data, width, height } = await upload(file.files[0]);
      tag = `<img src="${nameOf(data)}" alt="${escaped(alt.value.trim())}" width="${width}" height="${height}">`;
      dialog.close();
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
      put.disabled = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => { dialog.remove(); resolve(tag); }, { once: true });
  });
}
