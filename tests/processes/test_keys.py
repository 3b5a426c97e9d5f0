"""Keys made from the words that people write."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.keys import RESERVED_KEYS, key_from
from processes.models.modules import validate_key


class TestKeyFrom:
    @pytest.mark.parametrize(
        ("label", "key"),
        [
            ("Amount", "amount"),
            ("Montant (€)", "montant"),
            ("Prénom du contact", "prenom_du_contact"),
            ("Date d’envoi", "date_d_envoi"),
            ("Owner’s name", "owners_name"),
            ("Straße", "strasse"),
            ("2nd contact", "field_2nd_contact"),
            ("客户", "field"),
            ("—", "field"),
            ("x" * 50, "x" * 40),
        ],
    )
    def test_reads_like_the_label(self, label: str, key: str) -> None:
        assert key_from(label, set(), fallback="field") == key

    @pytest.mark.parametrize(
        ("label", "taken", "key"),
        [
            ("Amount", {"amount"}, "amount_2"),
            ("Amount", {"amount", "amount_2"}, "amount_3"),
            ("x" * 50, {"x" * 40}, "x" * 38 + "_2"),
            ("Owner", RESERVED_KEYS, "owner_2"),
            ("New", RESERVED_KEYS, "new_2"),
        ],
    )
    def test_is_none_that_is_taken(self, label: str, taken: set[str], key: str) -> None:
        assert key_from(label, taken, fallback="field") == key

    @given(st.text(max_size=60), st.sets(st.sampled_from(["a", "b", "field", "field_2"])))
    def test_is_always_a_key(self, label: str, taken: set[str]) -> None:
        key = key_from(label, taken, fallback="field")
        validate_key(key)
        assert len(key) <= 40
        assert key not in taken
        assert re.fullmatch("[a-z0-9_]+", key)
