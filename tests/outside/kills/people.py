"""The people of the files: who they are from file to file, by one seed. Files are in the order of the match key, as the
waiting line is; so who was written before a kill stands before who was written after it."""

import random

HEADINGS = "key,username,title,active\n"


class People:
    """A company, and its file as it is now."""

    def __init__(self, seed, count):
        self.chance = random.Random(seed)
        self.rows, self.away, self.hired = {}, {}, 0
        self.hire(count)

    def hire(self, count):
        for _ in range(count):
            self.hired += 1
            self.rows[f"E{self.hired:05}"] = [f"user{self.hired:05}", f"title {self.hired % 7}", "true"]

    def some(self, count, of=None):
        """So many keys of those who are there, or of others."""
        keys = sorted(self.rows if of is None else of)
        return self.chance.sample(keys, min(count, len(keys)))

    def leave(self, count, of=None):
        for key in self.some(count, of):
            if key in self.rows:
                self.away[key] = self.rows.pop(key)

    def come_back(self, count):
        for key in self.some(count, self.away):
            self.rows[key] = self.away.pop(key)

    def change(self, count, of=None):
        for key in self.some(count, of):
            if key in self.rows:
                self.rows[key][1] = f"title {self.chance.randrange(1000)}"

    def rename(self, count):
        for key in self.some(count):
            self.rows[key][0] = f"{self.rows[key][0].split('.')[0]}.{self.chance.randrange(1000)}"

    def disable(self, count):
        for key in self.some(count):
            self.rows[key][2] = "false" if self.rows[key][2] == "true" else "true"

    def year(self):
        """Some of everything, below what the guard lets pass."""
        self.hire(24)
        self.leave(10)
        self.come_back(5)
        self.change(90)
        self.rename(8)
        self.disable(8)

    def file(self):
        return HEADINGS + "".join(f"{key},{','.join(row)}\n" for key, row in sorted(self.rows.items()))
