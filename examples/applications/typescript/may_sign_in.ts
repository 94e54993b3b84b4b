// May this person in, and if not, why, in words: the contract of docs/application.md in TypeScript.
//
// Run: npx tsx may_sign_in.ts USERNAME. Needs GetItem on two tables. AWS_ENDPOINT_URL and the usual AWS_ variables say where
// they are; `rollcall up --expose` prints them for this machine.
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { fold } from "./fold";

const WORDS: Record<string, string> = {
  no_seat: "You have an account, but all licences are in use. You are in the waiting list.",
  left_scope: "Your account is closed, because you are no longer among the users. Your data is kept.",
  disabled_in_directory: "Your company account is disabled. Ask your IT department.",
  not_started: "Your account is ready. You can sign in from your first day on.",
  by_admin: "An administrator has blocked your account.",
};
const ACCOUNTS = process.env.ROLLCALL_ACCOUNTS ?? "rollcall-accounts";
const USERNAMES = process.env.ROLLCALL_USERNAMES ?? "rollcall-usernames";

/** Whether somebody may in, and what to say if not. `account` names them for ever. */
export type Answer = { may: boolean; words: string; account?: string };

/** Ask after the person has proved who they are. Fails where an item is not as the contract says. */
export async function maySignIn(dynamodb: DynamoDBClient, username: string): Promise<Answer> {
  const nobody = { may: false, words: "There is no account with this name." };
  const folded = fold(username);
  if (!folded) return nobody;
  const get = async (TableName: string, Key: Record<string, any>) =>
    (await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const claim = await get(USERNAMES, { username: { S: folded } });
  if (!claim) return nobody;
  const item = await get(ACCOUNTS, { shard: claim.shard, id: claim.account });
  if (!item) throw new Error(`the account of ${folded} is missing`);
  const account = item.id.S;
  if (item.state.S === "active") return { may: true, words: "", account };
  const words = WORDS[item.reason?.S ?? ""] ?? "You cannot sign in at the moment. Ask your administrator.";
  return { may: false, words, account };
}

if (require.main === module) {
  maySignIn(new DynamoDBClient({}), process.argv[2]).then((answer) =>
    console.log(answer.may ? "yes" : `no: ${answer.words}`),
  );
}
