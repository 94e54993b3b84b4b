// What a page does by itself: "/" leads to the search box; runs that are under way are followed, and the page is loaded anew
// when one has ended.
"use strict";
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  document.getElementById("find").focus();
});
const shown = [...document.querySelectorAll("[data-run]")];
const follow = async () => {
  try {
    for (const run of new Set(shown.map((place) => place.dataset.run))) {
      const answer = await fetch(`/console/runs/${run}/progress`, { credentials: "same-origin" });
      // Whose session is over is sent to sign in, and comes back.
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(answer.statusText);
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (part.getElementById("ended")) return location.reload();
      const text = part.querySelector(".progress").textContent;
      for (const place of shown.filter((place) => place.dataset.run === run)) {
        if (place.textContent !== text) place.textContent = text;
      }
    }
  } catch {
    // A server that does not answer now may answer in a moment.
  }
  setTimeout(follow, 1000);
};
if (shown.length > 0) setTimeout(follow, 500);

// Times in words, and in the zone of this device; the exact one where the mouse rests.
const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const showTimes = () => {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    const seconds = (at - Date.now()) / 1000;
    const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["minute", 60];
    const isNear = Math.abs(seconds) < 86400;
    const near = Math.abs(seconds) < 45 ? "just now" : relative.format(Math.round(seconds / length), unit);
    time.textContent = isNear ? near : exact.format(at);
    time.title = `${exact.format(at)} (${time.dateTime})`;
  }
};
if (document.querySelector("time[datetime]")) {
  const zone = exact.resolvedOptions().timeZone;
  const where = zone === "UTC" ? "Times are in UTC" : `Times are those of this device (${zone}), but for those that say UTC`;
  document.getElementById("zone").textContent = `${where}. Days of the licence are in UTC. Rest on a time for the exact one.`;
  showTimes();
  setInterval(showTimes, 30000);
}

// The overview loads itself anew when something has changed, unless somebody is at work on it.
const stamp = document.getElementById("main").dataset.stamp;
const look = async () => {
  try {
    const answer = await fetch(location.pathname, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const isAtWork = document.activeElement?.closest("form") || document.querySelector("details[open]:not(.fold)");
    if (answer.ok && page.getElementById("main").dataset.stamp !== stamp && !isAtWork) return location.reload();
  } catch {
    // The next look may succeed.
  }
  setTimeout(look, 10000);
};
if (stamp !== undefined) setTimeout(look, 10000);

// On a narrow screen the filters are folded until somebody asks for them; their heading says whether they are in use.
if (matchMedia("(max-width: 34rem)").matches) {
  for (const filters of document.querySelectorAll("details.fold")) filters.open = false;
}
