"""The projects that an engineering department can have, with the issues in their trackers."""

from __future__ import annotations

from typing import NamedTuple


class Project(NamedTuple):
    """A project: the prefix of its issue ids, its services, and the titles of its issues."""

    name: str
    key: str
    services: tuple[str, str, str, str]
    issues: tuple[str, ...]


PROJECTS: tuple[Project, ...] = (
    Project(
        "Payments",
        "PAY",
        ("card gateway", "invoice service", "refund worker", "payout scheduler"),
        (
            "Timeout when a card is charged twice",
            "Rounding error in refunds",
            "Show the tax number on invoices",
            "Retry payouts after a bank holiday",
            "Currency symbol missing on receipts",
            "Charges fail for expired sessions",
            "Migrate the ledger to the new schema",
            "Dead link in the payment mail",
        ),
    ),
    Project(
        "Search",
        "SRC",
        ("search API", "indexer", "autocomplete service", "ranking service"),
        (
            "Timeout on queries with many filters",
            "Empty results for names with accents",
            "Sort results by distance",
            "Suggest corrections for typos",
            "Filter counts are off by one",
            "Index lags behind after imports",
            "Rebuild the index without downtime",
            "Broken layout of the result page",
        ),
    ),
    Project(
        "Mobile App",
        "MOB",
        ("push gateway", "app backend", "login service", "image cache"),
        (
            "Crash when the camera is denied",
            "Login loop after an update",
            "Dark mode for the settings page",
            "Offline mode for saved lists",
            "Wrong badge count on the icon",
            "Push messages arrive twice",
            "Replace the navigation library",
            "Old logo on the start screen",
        ),
    ),
    Project(
        "Data Platform",
        "DAT",
        ("event stream", "warehouse loader", "report builder", "schema registry"),
        (
            "Nightly load stops at midnight",
            "Duplicate rows in the orders table",
            "Export reports as spreadsheets",
            "Alert on missing partitions",
            "Time zone mix-up in weekly reports",
            "Stream falls behind under load",
            "Move the warehouse to cheaper storage",
            "Typo in the column list",
        ),
    ),
    Project(
        "Identity",
        "IDN",
        ("token service", "user directory", "consent service", "session store"),
        (
            "Password reset mail comes too late",
            "Session ends after five minutes",
            "Sign in with a passkey",
            "Audit log for role changes",
            "Login page ignores the language setting",
            "Tokens are rejected after key rotation",
            "Split the directory by region",
            "Missing label on the consent form",
        ),
    ),
)

# Any of these can be a bug, a feature or a task.
NEW_ISSUES = (
    "Export of very large reports",
    "Keyboard navigation in dialogs",
    "Upload of several attachments at once",
    "Error messages on the sign-up form",
    "Retention of old log files",
    "Time zones in scheduled mails",
)

COMMENTS = (
    "I can reproduce this on the staging system.",
    "Please have a look before the next release.",
    "The logs from last night show the same error.",
    "A first fix is ready for review.",
)

SUMMARIES = (
    "Error rate above ten percent since the last deployment",
    "Response times have tripled within half an hour",
    "No requests get through from one region",
    "Jobs have been piling up since early morning",
)
