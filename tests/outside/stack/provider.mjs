// A certified OpenID Connect provider (oidc-provider), in which anybody signs in under any name with any password: for the
// console of the emulated stack. Started by sign_in.py with a port, the address to send browsers back to, and the client's
// secret; says "ready" when it answers.
import Provider from "oidc-provider";

const [port, back, secret] = process.argv.slice(2);
const groups = { "ada@example.org": ["staff", "hr-admins"], "eve@example.org": ["staff"] };
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "rollcall-console", client_secret: secret, redirect_uris: [back] }],
  pkce: { required: () => true },
  scopes: ["openid", "groups"],
  claims: { openid: ["sub"], groups: ["groups"] },
  // As most companies' providers do: the claims that were asked for are in the ID token.
  conformIdTokenClaims: false,
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, groups: groups[sub] }) }),
  cookies: { keys: ["only for this test"] },
});
provider.listen(port, "127.0.0.1", () => console.log("ready"));
