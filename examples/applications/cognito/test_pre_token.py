"""The trigger without AWS. Run, with ../python on PYTHONPATH: python -m unittest."""

import unittest
from unittest import mock

import pre_token
from may_sign_in import Answer


def event(**attributes):
    return {"userName": "3f0c", "request": {"userAttributes": attributes}, "response": {}}


@mock.patch.object(pre_token, "_dynamodb", object())
class PreToken(unittest.TestCase):
    def asked(self, answer, **attributes):
        ask = mock.Mock(return_value=answer)
        try:
            return pre_token.handler(event(**attributes), None, ask)
        finally:
            self.username = ask.call_args.args[1]

    def test_who_may_in_gets_a_token_with_the_account(self):
        answered = self.asked(Answer(True, "", "c1"), preferred_username="Ann", email="ann@example.org")
        self.assertEqual(self.username, "Ann")
        claims = answered["response"]["claimsOverrideDetails"]["claimsToAddOrOverride"]
        self.assertEqual(claims, {"rollcall_account": "c1"})

    def test_who_waits_is_told_so_and_gets_none(self):
        with self.assertRaisesRegex(PermissionError, "waiting list"):
            self.asked(Answer(False, "You are in the waiting list."), email="ann@example.org")
        self.assertEqual(self.username, "ann@example.org")

    def test_without_attributes_the_pools_own_name_counts(self):
        with self.assertRaises(PermissionError):
            self.asked(Answer(False, "There is no account with this name."))
        self.assertEqual(self.username, "3f0c")
