/** The page's language, and a page's texts in it. */

export const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";

/** From `{key: {zh, en}}` make `t(key, {name: value})`, which fills in `{name}`. */
export function words(texts) {
  return (key, values = {}) => texts[key][language].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Write an instant as a time of day of the exam's country. */
export function timeOfDay(instant) {
  return new Date(instant).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
}

/** Write an instant as date and time of the exam's country. */
export function dateAndTime(instant) {
  return new Date(instant).toLocaleString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" });
}
