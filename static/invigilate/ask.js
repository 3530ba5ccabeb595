/** Ask for the reason of an act, and for how long more time is; null when the invigilator thinks better of it. */

const NAMED = 6;

export function ask(act, seats, t) {
  const dialog = document.getElementById("ask");
  const reason = document.getElementById("reason");
  const names = seats.slice(0, NAMED).map((seat) => `${seat.seat} ${seat.name}`.trim()).join("、");
  document.getElementById("ask-title").textContent = t(act);
  document.getElementById("ask-yes").textContent = t(act);
  document.getElementById("ask-who").textContent = t("who", { n: seats.length, names: seats.length > NAMED ? t("andMore", { names }) : names });
  document.getElementById("ask-warning").hidden = act !== "end";
  for (const node of dialog.querySelectorAll("[data-for]")) node.hidden = node.disabled = node.dataset.for !== act;
  dialog.returnValue = "no";
  dialog.showModal();
  if (act === "extend") document.getElementById("minutes").select();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const said = reason.value.trim();
      const minutes = act === "extend" ? Number(document.getElementById("minutes").value) : 0;
      resolve(dialog.returnValue === "yes" && said ? { reason: said, minutes } : null);
      reason.value = "";
    }, { once: true });
  });
}
