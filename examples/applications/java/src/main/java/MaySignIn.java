import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * May this person in, and if not, why, in words: the contract of docs/application.md in Java.
 *
 * <p>Run: mvn compile exec:java -Dexec.args=USERNAME. Needs GetItem on two tables. AWS_ENDPOINT_URL and the usual AWS_
 * variables say where they are; `rollcall up --expose` prints them for this machine.
 */
public final class MaySignIn {
    private static final Map<String, String> WORDS = Map.of(
            "no_seat", "You have an account, but all licences are in use. You are in the waiting list.",
            "left_scope", "Your account is closed, because you are no longer among the users. Your data is kept.",
            "disabled_in_directory", "Your company account is disabled. Ask your IT department.",
            "not_started", "Your account is ready. You can sign in from your first day on.",
            "by_admin", "An administrator has blocked your account.");

    /** Whether somebody may in, and what to say if not. `account` names them for ever; null where there is nobody. */
    public record Answer(boolean may, String words, String account) {}

    private MaySignIn() {}

    /** Ask after the person has proved who they are. Fails where an item is not as the contract says. */
    public static Answer ask(DynamoDbClient dynamodb, String username) {
        Answer nobody = new Answer(false, "There is no account with this name.", null);
        String folded = Fold.of(username);
        if (folded.isEmpty()) {
            return nobody;
        }
        Map<String, AttributeValue> claim = get(
                dynamodb, "ROLLCALL_USERNAMES", "rollcall-usernames", Map.of("username", AttributeValue.fromS(folded)));
        if (claim.isEmpty()) {
            return nobody;
        }
        Map<String, AttributeValue> account = get(dynamodb, "ROLLCALL_ACCOUNTS", "rollcall-accounts",
                Map.of("shard", claim.get("shard"), "id", claim.get("account")));
        String id = account.get("id").s();
        if (account.get("state").s().equals("active")) {
            return new Answer(true, "", id);
        }
        String reason = account.containsKey("reason") ? account.get("reason").s() : "";
        String other = "You cannot sign in at the moment. Ask your administrator.";
        return new Answer(false, WORDS.getOrDefault(reason, other), id);
    }

    private static Map<String, AttributeValue> get(
            DynamoDbClient dynamodb, String setting, String usual, Map<String, AttributeValue> key) {
        String table = System.getenv().getOrDefault(setting, usual);
        return dynamodb.getItem(get -> get.tableName(table).key(key).consistentRead(true)).item();
    }

    public static void main(String[] args) {
        try (DynamoDbClient dynamodb = DynamoDbClient.create()) {
            Answer answer = ask(dynamodb, args[0]);
            System.out.println(answer.may() ? "yes" : "no: " + answer.words());
        }
    }
}
