/** The set-up of a paper's marking as a form: the scheme (until the first mark) and the quality rules. */

import { el } from "../exam/dom.js";

const KINDS = ["single", "1+1", "2+1", "2+1+1"];

/** @param save (setup): keep it.  Return the fields of the form. */
export function setupForm(shown, t, save) {
  const { scheme, quality } = shown.setup;
  const number = (name, value, most, step = "any") => el("input", { name, type: "number", min: "0", max: most, step, value: Number(value), required: true });
  const choice = (name, value, options) => el("select", { name }, ...options.map((option) => el("option", { value: option, text: t(`${name}_${option}`), selected: option === value })));
  const field = (name, control, fixed = false) => { control.disabled = fixed; return el("label", {}, el("span", { text: t(`set_${name}`) }), control); };
  const fixed = shown.scheme_fixed;
  const qualify = el("input", { name: "qualify", type: "checkbox", checked: quality.qualification !== null });
  const rule = quality.qualification ?? { share: "0.8", within: "1", bias: "0.5" };
  const form = document.getElementById("setup");
  form.onsubmit = (event) => {
    event.preventDefault();
    save(read(form, shown.setup));
  };
  return [
    fixed ? el("p", { class: "muted", text: t("schemeFixed") }) : null,
    el("fieldset", { class: "fields" }, el("legend", { text: t("schemeTitle") }),
      field("kind", choice("kind", scheme.kind, KINDS), fixed), field("tolerance", number("tolerance", scheme.tolerance, 1000), fixed),
      field("adjudicator", choice("adjudicator", scheme.adjudicator, ["chief", "third"]), fixed), field("third", choice("third", scheme.third, ["closest_pair", "decides"]), fixed),
      field("rounding_step", number("rounding_step", scheme.rounding_step, 10), fixed), field("rounding", choice("rounding", scheme.rounding, ["half_up", "up", "down"]), fixed),
      field("second_rate", number("second_rate", scheme.second_rate, 1), fixed), field("remark_rate", number("remark_rate", scheme.remark_rate, 1), fixed)),
    el("fieldset", { class: "fields" }, el("legend", { text: t("qualityTitle") }),
      field("seed_every", number("seed_every", quality.seed_every, 1000, "1")), field("seed_tolerance", number("seed_tolerance", quality.seed_tolerance, 1000)),
      field("misses", number("misses", quality.misses, 50, "1")), field("of", number("of", quality.of, 50, "1")),
      el("label", { class: "tick" }, qualify, el("span", { text: t("set_qualify") })),
      field("share", number("share", rule.share, 1)), field("within", number("within", rule.within, 1000)), field("bias", number("bias", rule.bias, 1000))),
    el("button", { class: "primary", text: t("save") }),
  ].filter(Boolean);
}

function read(form, before) {
  const value = (name) => form.elements[name].value;
  const scheme = { ...before.scheme };
  for (const name of ["kind", "tolerance", "adjudicator", "third", "rounding_step", "rounding", "second_rate", "remark_rate"]) if (!form.elements[name].disabled) scheme[name] = value(name);
  const qualification = form.elements.qualify.checked ? { share: value("share"), within: value("within"), bias: value("bias") } : null;
  return { scheme, quality: { seed_every: Number(value("seed_every")), seed_tolerance: value("seed_tolerance"), misses: Number(value("misses")), of: Number(value("of")), qualification } };
}
