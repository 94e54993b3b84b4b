"""Writes a configuration and the files of a large company: nine in ten have a seat; some leave, join and change, and some rows
are wrong. Of the last two files, one lacks a third of the people, and one is cut off. Used by tests/outside/console/pictures.
"""

import pathlib
import sys

PEOPLE, FOLDER = int(sys.argv[1]), pathlib.Path(sys.argv[2])
FIRST = ["Ann", "Maria", "Joaquín", "Małgorzata", "Hiroshi", "Noah", "Søren", "Leila", "Emeka", "Ravi", "Zoë", "Françoise"]
LAST = ["Wright", "Okafor", "Rahimi", "Ionescu", "Walsh", "Sato", "Gonçalves", "Eze", "Nygård", "Jiménez", "Åkesson", "Ibáñez",
        "Dlamini", "Kamińska", "Patel", "Holm", "Tanaka", "Novotná", "Conceição", "Omand", "van der Berg-Montgomery"]
TEAMS = ["Design", "Operations", "Finance", "Research and Development", "Sales EMEA", "Support"]
PLAIN = str.maketrans("íłøëçåéñáóãćńýŁÅ", "iloecaenaoacnyLA")

CONFIG = f"""[licence]
seats = {PEOPLE * 9 // 10}

[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "Number"

[source.mapping]
username = "Login"
display_name = "Name"
email = "Address"
team = "Team"
"""


def row(number, team=None):
    name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"
    login = name.lower().translate(PLAIN).replace(" ", ".") + str(number)
    return f"{number:06},{login},{name},{login}@example.com,{team or TEAMS[number % len(TEAMS)]}\n"


def write(name, rows):
    (FOLDER / name).write_text("Number,Login,Name,Address,Team\n" + "".join(rows), encoding="utf-8")


FOLDER.joinpath("rollcall.toml").write_text(CONFIG, encoding="utf-8")
write("first.csv", (row(number) for number in range(PEOPLE)))
# Forty leave, thirty change, twenty join; a row has no number, two have one number, and one asks for another's login.
later = [row(number, "Moved to Lisbon" if number % (PEOPLE // 30) == 7 else None)
         for number in range(PEOPLE + 20) if number % (PEOPLE // 40) != 3]
later += [",nobody,No Number,nobody@example.com,Sales EMEA\n", "999998,twin.a,Twin A,a@example.com,Support\n",
          "999998,twin.b,Twin B,b@example.com,Support\n", row(0).replace("000000", "999999")]
write("next.csv", later)
write("third.csv", later[:len(later) * 2 // 3] + later[-5:])
FOLDER.joinpath("cut.csv").write_text(FOLDER.joinpath("next.csv").read_text(encoding="utf-8")[:-20], encoding="utf-8")
