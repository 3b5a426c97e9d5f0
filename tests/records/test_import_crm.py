"""The public CRM data set: a few of its rows always, the whole files where they are at hand."""

import os
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from processes.models import Field, Module
from records.choices import EventKind
from records.models import ProcessRun, Record, RecordEvent
from tests.factories import Drawing
from tests.records.engine.conftest import World

FOLDER = Path(os.environ.get("BLUEPRINT_CRM_DATA", Path(settings.BASE_DIR).parent / "shared" / "data"))
needs_files = pytest.mark.skipif(
    not (FOLDER / "crm_sales_pipeline.csv").exists(),
    reason="the CRM data set is not here: BLUEPRINT_CRM_DATA names its folder",
)

EXCERPT = {
    "crm_sales_teams.csv": "sales_agent,manager,regional_office\nMoses Frase,Dustin Brinkmann,Central\n",
    "crm_accounts.csv": (
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
        "Bluth Company,technolgy,1993,1242.32,3027,United States,Acme Corporation\n"
        "Acme Corporation,technolgy,1996,1100.04,2822,United States,\n"
    ),
    "crm_products.csv": "product,series,sales_price\nGTX Pro,GTX,4821\n",
    "crm_sales_pipeline.csv": (
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
        "1C1I7A6R,Moses Frase,GTXPro,Bluth Company,Won,10/20/2016,3/1/2017,1054\n"
        "18IUIUK0,Moses Frase,GTX Pro,,Prospecting,,,\n"
    ),
}


@pytest.fixture
def company(world: World) -> World:
    """The demo company's modules as far as the maps count on them."""
    accounts = Module.objects.create(
        key="accounts", label="Account", label_plural="Accounts", sharing="public"
    )
    Field.objects.create(
        module=world.module, key="account", label="Account", kind="lookup", is_required=True,
        settings={"module": accounts.key},
    )  # fmt: skip
    Field.objects.create(module=world.module, key="closing_date", label="Closing date", kind="date")
    return world


def import_from(folder: Path) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_crm_demo", str(folder), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def write_excerpt(folder: Path, **changes: str) -> Path:
    for name, content in EXCERPT.items():
        (folder / name).write_text(changes.get(name.removesuffix(".csv"), content))
    return folder


def test_excerpt_becomes_records_that_point_to_each_other(company: World, tmp_path: Path) -> None:
    out, err = import_from(write_excerpt(tmp_path))
    assert err == ""
    assert "Deals: 2 created, 0 updated, 0 unchanged" in out
    listed = Record.objects.exclude(external_id="18IUIUK0").select_related("state", "owner")
    records = {record.name: record for record in listed}
    won = records["Bluth Company – GTX Pro"]
    assert won.values == {
        "account": records["Bluth Company"].pk,
        "product": "GTX Pro",
        "catalogue_product": records["GTX Pro"].pk,
        "stage": "closed_won",
        "engaged_on": "2016-10-20",
        "closing_date": "2017-03-01",
        "amount": 105400,
    }
    assert (won.owner.name, won.run) == ("Moses Frase", None)
    assert records["GTX Pro"].external_id == "GTX Pro"
    assert records["Bluth Company"].values["parent"] == records["Acme Corporation"].pk
    assert records["Bluth Company"].values["sector"] == "technology"


def test_a_missing_file_stops_it_before_anything_is_written(company: World, tmp_path: Path) -> None:
    write_excerpt(tmp_path)
    (tmp_path / "crm_sales_pipeline.csv").unlink()
    people = User.objects.count()
    with pytest.raises(CommandError, match=r"crm_sales_pipeline\.csv.* can’t be read"):
        import_from(tmp_path)
    assert (Record.objects.count(), User.objects.count()) == (0, people)


@needs_files
class TestWholeFiles:
    def test_brings_in_8800_opportunities_in_seconds_and_changes_nothing_twice(self, company: World) -> None:
        begun = time.monotonic()
        with CaptureQueriesContext(connection) as queries:
            out, err = import_from(FOLDER)
        assert time.monotonic() - begun < 30
        assert err == ""
        assert "Deals: 8800 created, 0 updated, 0 unchanged" in out
        # Some ten statements for each batch of 500; a loop over the rows would need tens of thousands.
        assert len(queries) < 400
        self.check_states(company.drawing)
        out, err = import_from(FOLDER)
        assert (err, out.count("created")) == ("", 4)
        assert "People: 0 created, 0 updated, 35 unchanged" in out
        assert "Accounts: 0 created, 0 updated, 85 unchanged" in out
        assert "Products: 0 created, 0 updated, 7 unchanged" in out
        assert "Deals: 0 created, 0 updated, 8800 unchanged" in out

    def check_states(self, drawing: Drawing) -> None:
        counts: Any = {
            key: Record.objects.filter(state=state).count() for key, state in drawing.states.items()
        }
        assert counts == {
            "qualification": 500,
            "product_demo": 1589,
            "legal_review": 0,
            "closed_won": 4238,
            "closed_lost": 2473,
        }
        assert ProcessRun.objects.filter(finished_at=None).count() == 2089
        assert RecordEvent.objects.filter(kind=EventKind.ENTER).count() == 8800
        assert (
            User.objects.filter(manager__isnull=False, owned_records__isnull=False).distinct().count() == 30
        )
        assert Record.objects.exclude(run=None).filter(run__record=F("pk")).count() == 2089
