"""Tables that were restored one by one and disagree: the runbook of infra/README.md, carried out.

Used by stack.py. What the emulator cannot do is said by name below.
"""

from cloud import wait
from deploying import expanded
from many import messages

TABLES = ["Control", "Accounts", "Usernames", "Audit"]


def restored(table):
    return f"restored-{table.lower()}"


def run_of(site, run):
    return wait(f"run {run} ends", lambda: next((one for one in site.runs() if one["id"] == run and one["finished_at"]), None))


def examined(site, issuer, body):
    status, answer = site.ask("POST", "doctor", issuer.token(), body)
    if status != 202:
        raise SystemExit(f"FAILED: POST /doctor answers {status}: {answer}")
    return run_of(site, answer["run"])["examination"]["result"]


def carry_out_the_runbook(site, issuer, stack, expect):
    cloud, dynamo = site.cloud, site.dynamo
    expect("the doctor before", examined(site, issuer, b"{}")["findings"], [])
    print("skipped: a restore to an earlier second (the emulator restores the table as it is now)")
    somebody = next(item for item in site.items("AccountsTableName") if item["state"]["S"] == "active")["id"]["S"]
    for table in TABLES:
        dynamo.restore_table_to_point_in_time(
            SourceTableName=site.outputs[f"{table}TableName"], TargetTableName=restored(table), UseLatestRestorableTime=True
        )
        wait("the table is restored", lambda: dynamo.describe_table(TableName=restored(table))["Table"]["TableStatus"] == "ACTIVE")
        if table == "Control":
            # What AWS says of itself: tables are restored one by one, so a transaction of that second is there in part.
            status, answer = site.ask("POST", f"accounts/{somebody}/block", issuer.token(), b'{"why": "in that second"}')
            expect("a change between the restores", status, 200)
    names = {f"{table}TableName": restored(table) for table in TABLES}
    stack.update(*expanded(issuer.url, ScheduleState="DISABLED", **names))
    site.outputs, site.resources = stack.outputs(), stack.resources()
    expect("the stack stands on the restored tables", {name: site.outputs[name] for name in names}, names)
    for table in ("Control", "Audit"):
        dynamo.update_time_to_live(TableName=restored(table), TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    for table in TABLES:
        dynamo.update_continuous_backups(TableName=restored(table), PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
        dynamo.update_table(TableName=restored(table), DeletionProtectionEnabled=True)
    follow_the_doctor(site, issuer, expect)
    for queue in ["FetchDeadLetterQueue", "ReconcileDeadLetterQueue"]:
        expect(f"given up ({queue})", messages(cloud, site.resources[queue]), 0)


def follow_the_doctor(site, issuer, expect):
    """A run refuses, the doctor says why, repairs, and then there is nothing to be said."""
    run = run_of(site, site.reset(issuer.token())[1]["run"])
    expect("a run on torn tables", (run["status"], "doctor" in (run["error"] or "")), ("failed", True))
    seen = examined(site, issuer, b"{}")
    expect("the doctor finds something, and changes nothing", (bool(seen["findings"]), seen["repairs"]), (True, []))
    print("\n".join(f"  found: {finding}" for finding in seen["findings"]))
    done = examined(site, issuer, b'{"repair": true}')
    print("\n".join(f"  repaired: {repair}" for repair in done["repairs"]))
    expect("the doctor repairs", (bool(done["repairs"]), done["findings"]), (True, []))
    expect("the doctor afterwards", examined(site, issuer, b"{}")["findings"], [])
    run = run_of(site, site.ask("POST", "reset", issuer.token(), b'{"dry_run": true}')[1]["run"])
    expect("a dry run on the mended tables", run["status"], "dry_run")
    run = run_of(site, site.reset(issuer.token())[1]["run"])
    expect("a run on the mended tables", run["status"], "completed")
    licence = site.ask("GET", "licence", issuer.token())[1]
    active = sum(item["state"]["S"] == "active" for item in site.items("AccountsTableName"))
    expect("seats in use are those that are held", licence["used"], active)
