"""The folding of this folder against the vectors of Rollcall. Run: python -m unittest."""

import json
import pathlib
import unittest

from fold import CannotFold, fold

VECTORS = pathlib.Path(__file__).resolve().parents[3] / "docs" / "folding-vectors.json"


class Fold(unittest.TestCase):
    def test_every_vector_is_folded_as_it_says(self):
        for vector in json.loads(VECTORS.read_text("utf-8")):
            with self.subTest(vector["why"]):
                self.assertEqual(fold(vector["input"]), vector["folded"])

    def test_a_distinguished_name_is_not_folded(self):
        for name in ("cn=ann,ou=staff", "cn\uff1dann"):
            self.assertRaises(CannotFold, fold, name)
