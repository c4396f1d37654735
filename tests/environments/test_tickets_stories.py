"""The tracker's written policy, sentence by sentence: what it refuses, with which words, and that nothing changes then."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
import pytest

from tests.environments.firm_story import FirmStory
from toolace_mt.environments.builtin.tickets import Tickets
from toolace_mt.environments.builtin.tickets_state import LARGEST_PLANNED, MOST_OPEN_ISSUES, REVIEW_DAYS, SPRINT_POINTS


class Tracker(FirmStory):
    def __init__(self, seed: int = 7) -> None:
        super().__init__("tickets", seed)
        world = Tickets(seed)
        self.home, self.other = world.projects[:2]
        self.ids = [issue.issue_id for issue in world.issues.values() if issue.project == self.home.name]
        self.team = [member.username for member in world.team(self.home.name)]
        self.strangers = [member.username for member in world.team(self.other.name)]
        self.incidents = list(world.incidents)

    def opened(self, title: str, **more: Any) -> str:
        return self.call("open_issue", project=self.home.name, title=title, kind="task", **more)["issue_id"]


@pytest.fixture
def tracker() -> Tracker:
    return Tracker()


def test_the_policy_names_the_numbers_that_the_tools_enforce(tracker: Tracker) -> None:
    policy = tracker.environment.brief["assistant_policy"]
    for number, unit in (
        (MOST_OPEN_ISSUES, "open issues"),
        (SPRINT_POINTS, "points"),
        (LARGEST_PLANNED, "points"),
        (REVIEW_DAYS, "days"),
    ):
        assert f"{number} {unit}" in policy
    assert 4 <= policy.count(".") <= 8


def test_issues_go_to_the_team_and_nobody_gets_too_many(tracker: Tracker) -> None:
    issue, stranger, busy = tracker.ids[3], tracker.strangers[2], tracker.team[0]
    assert tracker.refused("assign_issue", issue_id=issue, username=stranger) == (
        f"User {stranger} is on the {tracker.other.name} team; issue {issue} belongs to {tracker.home.name}."
    )
    assert tracker.refused("assign_issue", issue_id=issue, username=busy) == (
        f"User {busy} already has {MOST_OPEN_ISSUES} open issues, which is the limit."
    )
    assert tracker.refused("assign_issue", issue_id=issue, username="nobody") == "There is no user 'nobody'."
    tracker.call("close_issue", issue_id=tracker.ids[0], resolution="fixed")
    assert tracker.call("assign_issue", issue_id=issue, username=busy)["assignee"] == busy
    assert "already assigned to" in tracker.refused("assign_issue", issue_id=issue, username=busy)


def test_closing_waits_for_blockers_and_fixing_needs_somebody(tracker: Tracker) -> None:
    waiting, blocker = tracker.ids[2], tracker.ids[3]
    assert tracker.refused("close_issue", issue_id=waiting, resolution="fixed") == (
        f"Issue {waiting} is still blocked by {blocker}."
    )
    assert tracker.refused("close_issue", issue_id=blocker, resolution="fixed") == (
        f"Issue {blocker} is not assigned to anybody, so it cannot be closed as fixed."
    )
    assert tracker.call("close_issue", issue_id=blocker, resolution="rejected")["unblocked_issues"] == [waiting]
    assert tracker.call("close_issue", issue_id=waiting, resolution="fixed")["status"] == "closed"
    assert "'resolution' is missing" in tracker.refused("close_issue", issue_id=tracker.ids[0])


def test_blockers_make_no_circle(tracker: Tracker) -> None:
    first, second, third = tracker.ids[0], tracker.ids[1], tracker.ids[4]
    tracker.call("add_blocker", issue_id=first, blocker_id=second)
    tracker.call("add_blocker", issue_id=second, blocker_id=third)
    assert tracker.refused("add_blocker", issue_id=third, blocker_id=first) == (
        f"Issue {first} is itself waiting for {third}, so it cannot block it."
    )
    assert tracker.refused("add_blocker", issue_id=first, blocker_id=first) == f"Issue {first} cannot block itself."
    assert "already blocked by" in tracker.refused("add_blocker", issue_id=first, blocker_id=second)
    assert tracker.call("show_issue", issue_id=first)["blockers"] == [second]


def test_only_incidents_make_issues_critical(tracker: Tracker) -> None:
    issue = tracker.ids[0]
    assert tracker.refused("change_priority", issue_id=issue, priority="critical") == (
        f"Issue {issue} is not attached to an open incident, so it cannot be critical."
    )
    service = tracker.knows["service"][0]
    told = {"service": service, "severity": "sev1", "summary": "Nothing works."}
    incident = tracker.call("declare_incident", **told)["incident_id"]
    assert tracker.refused("declare_incident", **told) == f"The {service} already has an open incident, {incident}."
    tracker.call("attach_to_incident", issue_id=issue, incident_id=incident)
    assert "already attached" in tracker.refused("attach_to_incident", issue_id=issue, incident_id=incident)
    assert tracker.call("change_priority", issue_id=issue, priority="critical")["priority"] == "critical"
    assert "already has the priority" in tracker.refused("change_priority", issue_id=issue, priority="critical")


def test_incidents_end_after_their_issues(tracker: Tracker) -> None:
    issue, incident = tracker.ids[5], tracker.incidents[0]
    assert tracker.refused("resolve_incident", incident_id=incident, root_cause="capacity") == (
        f"Incident {incident} still has open issues: {issue}."
    )
    assert "'root_cause' is missing" in tracker.refused("resolve_incident", incident_id=incident)
    tracker.call("close_issue", issue_id=issue, resolution="fixed")
    assert incident in tracker.call("who_is_on_call", project=tracker.home.name)["open_incidents"]
    assert tracker.call("resolve_incident", incident_id=incident, root_cause="capacity")["status"] == "resolved"
    assert incident not in tracker.call("who_is_on_call", project=tracker.home.name)["open_incidents"]
    for tool, more in (("resolve_incident", {"root_cause": "capacity"}), ("attach_to_incident", {})):
        extra = more or {"issue_id": tracker.ids[0]}
        assert tracker.refused(tool, incident_id=incident, **extra) == (
            f"Incident {incident} is resolved and cannot be changed."
        )


def test_sprints_take_what_is_assigned_and_fits(tracker: Tracker) -> None:
    nobodys, large = tracker.ids[4], tracker.ids[6]
    assert tracker.refused("plan_issue", issue_id=nobodys, sprint="current") == (
        f"Issue {nobodys} is not assigned to anybody, so it cannot be planned."
    )
    assert tracker.refused("plan_issue", issue_id=large, sprint="next") == (
        f"Issue {large} has 13 points; issues of more than {LARGEST_PLANNED} must be split."
    )
    left = tracker.call("plan_issue", issue_id=tracker.ids[0], sprint="current")["points_left"]
    assert "already in the current sprint" in tracker.refused("plan_issue", issue_id=tracker.ids[0], sprint="current")
    assert left == SPRINT_POINTS - 5 - 3
    for name in ("Renew all certificates", "Merge both repositories"):
        issue = tracker.opened(name, story_points=8)
        tracker.call("assign_issue", issue_id=issue, username=tracker.team[2])
        if left >= 8:
            left = tracker.call("plan_issue", issue_id=issue, sprint="current")["points_left"]
        else:
            assert tracker.refused("plan_issue", issue_id=issue, sprint="current") == (
                f"The current sprint of {tracker.home.name} has room for {left} more points; {issue} needs 8."
            )
            assert tracker.call("plan_issue", issue_id=issue, sprint="next")["points_left"] == SPRINT_POINTS - 8
    assert left == SPRINT_POINTS - 5 - 3 - 8


def test_closed_issues_only_take_comments(tracker: Tracker) -> None:
    closed = {"issue_id": tracker.ids[7]}
    changes: dict[str, dict[str, Any]] = {
        "assign_issue": {"username": tracker.team[2]},
        "change_priority": {"priority": "high"},
        "add_blocker": {"blocker_id": tracker.ids[0]},
        "plan_issue": {"sprint": "next"},
        "close_issue": {"resolution": "obsolete"},
        "attach_to_incident": {"incident_id": tracker.incidents[0]},
    }
    for tool, more in changes.items():
        assert tracker.refused(tool, **closed, **more) == f"Issue {tracker.ids[7]} is closed and cannot be changed."
    assert tracker.call("comment_on_issue", **closed, text="It came back.")["comment_count"] == 1
    assert tracker.call("show_issue", **closed)["comments"][0]["text"] == "It came back."


def test_what_is_unknown_is_named(tracker: Tracker) -> None:
    title = "Renew all certificates"
    issue = tracker.opened(title)
    assert tracker.refused("open_issue", project=tracker.home.name, title=title, kind="task") == (
        f"{tracker.home.name} already has an open issue with that title, {issue}."
    )
    assert tracker.call("search_issues", query="certificates", status="open")["issues"][0]["issue_id"] == issue
    assert tracker.refused("show_issue", issue_id="PAY-1") == "Issue PAY-1 was not found."
    assert "Projects: " in tracker.refused("who_is_on_call", project="Atlantis")
    told = {"severity": "sev2", "summary": "Nothing works."}
    assert "Services: " in tracker.refused("declare_incident", service="toaster", **told)


@pytest.mark.parametrize("seed", range(30))
def test_every_world_keeps_its_own_policy(seed: int) -> None:
    world = Tickets(seed)
    load = Counter(issue.assignee for issue in world.issues.values() if issue.assignee and issue.status == "open")
    assert max(load.values()) == MOST_OPEN_ISSUES
    assert all(world.points_left(project.name, "current") >= 0 for project in world.projects)
    assert all(issue.priority != "critical" or issue.incident_id for issue in world.issues.values())
    assert all(world.members[i.assignee].project == i.project for i in world.issues.values() if i.assignee)
    assert len(orjson.dumps(world.brief["assistant_policy"])) < 1000
