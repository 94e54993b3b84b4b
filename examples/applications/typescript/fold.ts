// How Rollcall compares usernames: two spellings are one username exactly when `fold` makes the same text of both.
// docs/folding-vectors.json holds this file to what Rollcall does. Refuses what it cannot fold.

// What does not count: Unicode's Default_Ignorable_Code_Point, what RFC 4518 maps to nothing, control characters.
const IGNORED =
  /[\u00ad\u034f\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u1806\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/gu;
const SPACES = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/** The form in which a username is compared; empty where nothing of it counts. */
export function fold(username: string): string {
  let text = username.replace(IGNORED, "").normalize("NFKC");
  // Letter by letter: the lower case of a whole text would treat a sigma at its end in another way.
  for (const cased of [lower, upper, lower]) text = [...text].map(cased).join("");
  text = text.normalize("NFKC").replace(SPACES, " ").replace(/^ | $/g, "");
  if (text.includes("=")) throw new Error(`${username}: a distinguished name; ask GET /accounts/by-username`);
  return text;
}

const lower = (letter: string) => letter.toLowerCase();
const upper = (letter: string) => letter.toUpperCase();
