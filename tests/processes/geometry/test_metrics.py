import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.geometry.metrics import PILL_FONT, chip_label, ellipsize, pill_label, state_label, text_width


class TestTextWidth:
    def test_is_near_what_a_browser_measures(self):
        # In regular and bold DejaVu Sans, the widest of the usual system fonts.
        assert text_width("Proposal sent", 10) == pytest.approx(67.2, rel=0.05)
        assert text_width("Proposal sent", 10, bold=True) == pytest.approx(77.4, rel=0.05)

    def test_gives_accented_letters_the_width_of_their_base(self):
        assert text_width("négociation", 12) == text_width("negociation", 12)

    def test_gives_ideographs_a_full_square(self):
        assert text_width("営業", 10) > text_width("ab", 10)

    def test_ignores_what_takes_no_room(self):
        assert text_width("a\u200db\u0301", 10) == text_width("ab", 10)

    def test_is_wider_in_bold(self):
        assert text_width("Signer", 10, bold=True) > text_width("Signer", 10)


class TestEllipsize:
    def test_leaves_what_fits(self):
        assert ellipsize("Signer", 100, PILL_FONT) == "Signer"

    @given(st.text(min_size=1, max_size=60), st.integers(min_value=20, max_value=300))
    def test_never_exceeds_the_limit(self, text, limit):
        assert text_width(ellipsize(text, limit, PILL_FONT), PILL_FONT) <= limit


class TestLabels:
    def test_keep_the_full_name_of_what_is_cut(self):
        name = "Revenir à la qualification avec le client et son avocat"
        label = pill_label(name)
        assert label.full == name
        assert label.text.endswith("…")

    @pytest.mark.parametrize(
        "label", [state_label("Négociation"), pill_label("Signer", 3), chip_label("All")]
    )
    def test_have_whole_halves(self, label):
        assert label.size.width % 2 == 0
        assert label.size.height % 2 == 0

    def test_reserve_room_for_glyphs(self):
        assert (
            pill_label("Signer le contrat", 3).size.width >= pill_label("Signer le contrat").size.width + 20
        )
