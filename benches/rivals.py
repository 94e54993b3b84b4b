#!/usr/bin/env python3
"""What others take to compare two files of people: the directory's, and what was stored the last time.

`benches/rivals.py 1000000` writes both files once, and gives them to Python (csv and dict), DuckDB and Polars, each in a
process of its own. All must answer with the same counts: unchanged, changed, new, gone. Who cannot be imported is named and
left out (`pip install duckdb polars`). Seconds are those of the processor, memory is the peak of the process.

One in a hundred joins, leaves and changes, as in `cargo bench --bench decide -- 1000000 '1 %'`.
"""
import csv
import json
import pathlib
import resource
import subprocess
import sys
import tempfile

COLUMNS = ["id", "mail", "username", "department", "display_name", "family_name", "given_name", "contact",
           "title", "phone", "city", "country"]
GIVEN = ["Amira", "Benedikt", "Chiara", "Dmitri", "Elisabeth", "Fernando", "Guðrún", "Hyun-woo"]
FAMILY = ["Okafor", "Lindqvist", "García Márquez", "O'Brien", "Yamamoto", "Schröder", "Nguyen", "van den Berg"]
DEPARTMENTS = ["Customer Operations", "Research and Development", "Finance", "Human Resources EMEA"]
PART = 100


def person(number, shift=0):
    given, family = GIVEN[number % 8], FAMILY[number // 8 % 8]
    mixed = number * 0x9E3779B97F4A7C15 % 2**64
    return [f"{mixed:016x}-{number:012x}", f"{number:08}.{family.replace(' ', '')}@example.com", f"{given}.{number}",
            DEPARTMENTS[(number + shift) % 4], f"{given} {family}", family, given, f"{number:08}.mail@example.com",
            "Engineer", f"+49 30 {number:07}", "Berlin", "DE"]


def write(path, people):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(people)


def write_files(folder, people):
    part = people // PART
    write(folder / "directory.csv", (person(number) for number in range(people)))
    write(folder / "stored.csv",
          (person(number, number % PART == 7) for number in range(part, people + part)))


def by_python(directory, stored):
    def read(path):
        with open(path, newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            next(rows)
            return {row[0]: row for row in rows}
    new, old = read(directory), read(stored)
    both = new.keys() & old.keys()
    unchanged = sum(new[key] == old[key] for key in both)
    return unchanged, len(both) - unchanged, len(new) - len(both), len(old) - len(both)


def by_duckdb(directory, stored):
    import duckdb
    base = duckdb.connect()
    base.execute("SET threads = 2")
    same = " AND ".join(f"n.{column} = o.{column}" for column in COLUMNS)
    return base.execute(f"""
        SELECT count(*) FILTER (n.id IS NOT NULL AND o.id IS NOT NULL AND ({same})),
               count(*) FILTER (n.id IS NOT NULL AND o.id IS NOT NULL AND NOT ({same})),
               count(*) FILTER (o.id IS NULL), count(*) FILTER (n.id IS NULL)
        FROM read_csv('{directory}', all_varchar = true) n
        FULL JOIN read_csv('{stored}', all_varchar = true) o ON n.id = o.id""").fetchone()


def by_polars(directory, stored):
    import polars
    new, old = (polars.read_csv(path, infer_schema=False) for path in (directory, stored))
    both = new.join(old, on="id", how="inner", suffix="_old")
    same = polars.all_horizontal([polars.col(c) == polars.col(f"{c}_old") for c in COLUMNS if c != "id"])
    unchanged = both.filter(same).height
    return unchanged, both.height - unchanged, new.height - both.height, old.height - both.height


WAYS = {"python": by_python, "duckdb": by_duckdb, "polars": by_polars}


def measure(way, folder):
    command = [sys.executable, __file__, "--one", way, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if "ModuleNotFoundError" in done.stderr:
        return None
    done.check_returncode()
    return json.loads(done.stdout)


def main():
    if sys.argv[1:2] == ["--one"]:
        way, folder = sys.argv[2], pathlib.Path(sys.argv[3])
        answer = WAYS[way](folder / "directory.csv", folder / "stored.csv")
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"answer": list(answer), "own_seconds": used.ru_utime + used.ru_stime,
                          "peak_bytes": used.ru_maxrss * 1024}))
        return
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        write_files(folder, people)
        part = people // PART
        changed = sum(number % PART == 7 for number in range(part, people))
        expected = [people - part - changed, changed, part, part]
        print(f"{people} people: {expected} unchanged, changed, new, gone\n")
        print("| way | own work s | peak MB |\n|---|---|---|")
        for way in WAYS:
            found = measure(way, folder)
            if found is None:
                print(f"| {way} | not installed | |")
                continue
            if found["answer"] != expected:
                sys.exit(f"{way} answers {found['answer']}")
            print(f"| {way} | {found['own_seconds']:.2f} | {found['peak_bytes'] / 1e6:.0f} |")


main()
