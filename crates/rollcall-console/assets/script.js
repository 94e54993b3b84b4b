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
