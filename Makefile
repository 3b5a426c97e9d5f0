# What people type. Every target sets up what it needs first; `make check` is what CI runs.
.PHONY: help run serve test check lint types contracts templates migrations catalogues deploy audit \
	tests tests-postgres dev format messages lock bench tour real-data

python := .venv/bin/python
pytest := $(python) -m pytest -q -n 2
export PYTHONUTF8 = 1

help:
	@echo "make run        set up and serve Blueprint on http://127.0.0.1:8000/ (PORT=8001 make run)"
	@echo "make test       all tests, on SQLite with a browser and on PostgreSQL"
	@echo "make check      everything that CI checks"
	@echo "make format     format the code"
	@echo "make messages   bring the catalogues in locale/ up to date"
	@echo "make lock       write requirements*.txt from requirements*.in"
	@echo "make bench      measure against plain statements; docs/benchmarks.md says what (BENCH=\"--quick --db sqlite\")"
	@echo "make tour       take the pictures of the README anew, in a browser"
	@echo "make real-data DATA=folder   import the crm_*.csv files of a folder into the demo company"

run serve:
	@bin/setup
	@bin/serve --end-with-parent

dev:
	@bin/setup --dev

test: tests tests-postgres

check: lint types contracts templates migrations catalogues deploy audit tests tests-postgres
	@echo "All checks passed."

lint: dev
	$(python) -m ruff format --check .
	$(python) -m ruff check .

types: dev
	$(python) -m mypy .

contracts: dev
	$(python) .venv/bin/lint-imports --no-logo

templates: dev
	$(python) -m djlint templates --lint --quiet

migrations: dev
	$(python) manage.py makemigrations --check --dry-run

catalogues: dev
	$(python) -m blueprint_project.catalogues check

# As in production: behind TLS, with a key of its own.
deploy: dev
	@HTTPS=1 DEBUG=0 ALLOWED_HOSTS=blueprint.example.com SECRET_KEY="$$($(python) -c 'import secrets; print(secrets.token_urlsafe(60))')" \
		$(python) -W error::DeprecationWarning manage.py check --deploy --fail-level WARNING

audit: dev
	@bin/audit

tests: dev
	$(pytest)

tests-postgres: dev
	$(pytest) --pg -m "not e2e"

format: dev
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

messages: dev
	$(python) -m blueprint_project.catalogues update

lock: dev
	@bin/lock

bench: dev
	@$(python) -m benchmarks --check $(BENCH)

tour: dev
	@$(python) bin/tour

real-data:
	@test -n "$(DATA)" || { echo "Name the folder with the crm_*.csv files: make real-data DATA=folder" >&2; exit 2; }
	@bin/setup
	@$(python) -m blueprint_project.prepare
	@$(python) manage.py import_crm_demo "$(DATA)"
