// Follows a run that is under way: asks how far it is, and loads its page anew when it has ended.
"use strict";
const progress = document.getElementById("progress");
const follow = async () => {
  try {
    const answer = await fetch(`/console/runs/${progress.dataset.run}/progress`, { credentials: "same-origin" });
    // Whose session is over is sent to sign in, and comes back.
    if (answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error(answer.statusText);
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (part.getElementById("ended")) return location.reload();
    const text = part.querySelector(".progress").textContent;
    const shown = progress.querySelector(".progress");
    if (shown.textContent !== text) shown.textContent = text;
  } catch {
    // Whoever does not answer now may answer in a moment.
  }
  setTimeout(follow, 1000);
};
if (progress) setTimeout(follow, 500);
