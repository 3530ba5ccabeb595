/** A page whose acts are wired by its module stands `inert` until they are: no click goes nowhere. */

/** Let the page be used. */
export function ready() {
  document.querySelector("main").inert = false;
}
