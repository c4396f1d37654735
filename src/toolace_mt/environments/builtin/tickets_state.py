"""What the tracker has: teams, issues, sprints and incidents; the written policy, and the checks that enforce it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from toolace_mt.environments.builtin.tickets_backlog import PROJECTS, Project
from toolace_mt.environments.builtin.tickets_records import (
    Comment,
    Incident,
    Issue,
    IssueStatus,
    IssueSummary,
    Kind,
    Priority,
    Resolution,
    RootCause,
    Severity,
    Sprint,
)
from toolace_mt.environments.builtin.world import new_ids, people, some_day
from toolace_mt.environments.methods import ToolFailure

MOST_OPEN_ISSUES = 4
SPRINT_POINTS = 20
LARGEST_PLANNED = 8
REVIEW_DAYS = 5

POLICY = (
    "Issues are assigned only to members of the project's team, and nobody has more than"
    f" {MOST_OPEN_ISSUES} open issues at a time. An issue is closed only with a resolution, and never while an issue that"
    " blocks it is open; it is closed as fixed only when somebody is assigned to it. The priority critical is reserved for"
    f" issues that are attached to an open incident. A sprint of a project holds at most {SPRINT_POINTS} points, takes only"
    f" issues that are assigned, and none of more than {LARGEST_PLANNED} points. A service has at most one open incident. An"
    " incident is resolved only with a root cause, and only when all issues attached to it are closed; its review is due"
    f" {REVIEW_DAYS} days later. Closed issues and resolved incidents are not changed any more, but closed issues can still"
    " be commented on."
)


@dataclass
class Member:
    """Somebody on the team of a project."""

    username: str
    name: str
    project: str


@dataclass
class Work:
    """An issue."""

    issue_id: str
    project: str
    title: str
    kind: Kind
    points: int
    priority: Priority = "medium"
    status: IssueStatus = "open"
    assignee: str | None = None
    sprint: Sprint | None = None
    blocked_by: list[str] = field(default_factory=list[str])
    incident_id: str | None = None
    resolution: Resolution | None = None
    comments: list[Comment] = field(default_factory=list[Comment])

    def summary(self) -> IssueSummary:
        """The issue in one line."""
        return {
            "issue_id": self.issue_id,
            "title": self.title,
            "status": self.status,
            "priority": self.priority,
            "assignee": self.assignee,
        }

    def page(self) -> Issue:
        """The issue with everything known about it."""
        return {
            **self.summary(),
            "project": self.project,
            "kind": self.kind,
            "story_points": self.points,
            "sprint": self.sprint,
            "blockers": list(self.blocked_by),
            "incident_id": self.incident_id,
            "resolution": self.resolution,
            "comments": list(self.comments),
        }


class TicketsState:
    """The tracker's books, and how they are looked up; look-ups and checks raise ToolFailure."""

    def __init__(self, seed: int = 0) -> None:
        rng = random.Random(f"tickets/{seed}")
        self.today = some_day(rng)
        self.ids = new_ids(rng)
        self.projects: list[Project] = rng.sample(PROJECTS, 3)
        self.members: dict[str, Member] = {}
        self.issues: dict[str, Work] = {}
        self.incidents: dict[str, Incident] = {}
        self.root_causes: dict[str, RootCause] = {}
        self.last_number: dict[str, int] = {}
        staff = people(rng, 4 * len(self.projects))
        for project in self.projects:
            for person in (staff.pop() for _ in range(4)):
                username = person.email.partition("@")[0]
                self.members[username] = Member(username, person.name, project.name)
            self._fill(project, rng)

    def project(self, name: str) -> Project:
        """The project of that name."""
        for project in self.projects:
            if project.name.lower() == name.strip().lower():
                return project
        known = ", ".join(project.name for project in self.projects)
        raise ToolFailure(f"There is no project {name!r}. Projects: {known}.")

    def team(self, project: str) -> list[Member]:
        """The members of a project's team; the first one leads it."""
        return [member for member in self.members.values() if member.project == project]

    def on_call(self, project: str) -> Member:
        """Who answers pages for a project; the others on the team take turns week by week, its lead does not."""
        _, *others = self.team(project)
        return others[self.today.isocalendar().week % len(others)]

    def issue(self, issue_id: str) -> Work:
        """The issue with this id."""
        if issue_id not in self.issues:
            raise ToolFailure(f"Issue {issue_id} was not found.")
        return self.issues[issue_id]

    def open_one(self, issue_id: str) -> Work:
        """The issue with this id, if it can still be changed."""
        issue = self.issue(issue_id)
        if issue.status == "closed":
            raise ToolFailure(f"Issue {issue_id} is closed and cannot be changed.")
        return issue

    def open_blockers(self, issue: Work) -> list[str]:
        """Ids of the open issues that block this one."""
        return [blocker for blocker in issue.blocked_by if self.issues[blocker].status == "open"]

    def incident(self, incident_id: str) -> Incident:
        """The incident with this id, if it can still be changed."""
        if incident_id not in self.incidents:
            raise ToolFailure(f"Incident {incident_id} was not found.")
        if self.incidents[incident_id]["status"] == "resolved":
            raise ToolFailure(f"Incident {incident_id} is resolved and cannot be changed.")
        return self.incidents[incident_id]

    def check_assignment(self, issue: Work, username: str) -> None:
        """Refuse people of other teams, and those who have enough to do."""
        member = self.members.get(username)
        if member is None:
            raise ToolFailure(f"There is no user {username!r}.")
        if issue.assignee == username:
            raise ToolFailure(f"Issue {issue.issue_id} is already assigned to {username}.")
        if member.project != issue.project:
            raise ToolFailure(
                f"User {username} is on the {member.project} team; issue {issue.issue_id} belongs to {issue.project}."
            )
        if (
            sum(each.assignee == username and each.status == "open" for each in self.issues.values())
            >= MOST_OPEN_ISSUES
        ):
            raise ToolFailure(f"User {username} already has {MOST_OPEN_ISSUES} open issues, which is the limit.")

    def check_priority(self, issue: Work, priority: Priority) -> None:
        """Refuse `critical` where no incident is behind it."""
        if issue.priority == priority:
            raise ToolFailure(f"Issue {issue.issue_id} already has the priority {priority}.")
        if priority == "critical" and issue.incident_id is None:
            raise ToolFailure(f"Issue {issue.issue_id} is not attached to an open incident, so it cannot be critical.")

    def points_left(self, project: str, sprint: Sprint) -> int:
        """The points that a sprint still has room for; issues that were closed in it count."""
        return SPRINT_POINTS - sum(
            each.points for each in self.issues.values() if (each.project, each.sprint) == (project, sprint)
        )

    def check_planning(self, issue: Work, sprint: Sprint) -> None:
        """Refuse what a sprint cannot take."""
        if issue.sprint == sprint:
            raise ToolFailure(f"Issue {issue.issue_id} is already in the {sprint} sprint.")
        if issue.assignee is None:
            raise ToolFailure(f"Issue {issue.issue_id} is not assigned to anybody, so it cannot be planned.")
        if issue.points > LARGEST_PLANNED:
            raise ToolFailure(
                f"Issue {issue.issue_id} has {issue.points} points; issues of more than {LARGEST_PLANNED} must be split."
            )
        left = self.points_left(issue.project, sprint)
        if issue.points > left:
            raise ToolFailure(
                f"The {sprint} sprint of {issue.project} has room for {left} more points; {issue.issue_id} needs"
                f" {issue.points}."
            )

    def check_closing(self, issue: Work, resolution: Resolution) -> None:
        """Refuse to close what is blocked, or was fixed by nobody."""
        if blockers := self.open_blockers(issue):
            raise ToolFailure(f"Issue {issue.issue_id} is still blocked by {', '.join(blockers)}.")
        if resolution == "fixed" and issue.assignee is None:
            raise ToolFailure(f"Issue {issue.issue_id} is not assigned to anybody, so it cannot be closed as fixed.")

    def add_issue(self, project: Project, title: str, kind: Kind, points: int) -> Work:
        """Note an issue under the next number of its project."""
        number = self.last_number[project.key] = self.last_number[project.key] + 1
        issue = Work(f"{project.key}-{number}", project.name, title, kind, points)
        self.issues[issue.issue_id] = issue
        return issue

    def add_incident(self, project: Project, service: str, severity: Severity, summary: str) -> Incident:
        """Note an incident, led by whoever is on call."""
        incident: Incident = {
            "incident_id": self.ids.mint("INC"),
            "service": service,
            "severity": severity,
            "summary": summary,
            "lead": self.on_call(project.name).username,
            "status": "open",
            "issue_ids": [],
        }
        self.incidents[incident["incident_id"]] = incident
        return incident

    def attach(self, issue: Work, incident: Incident) -> None:
        """Make an issue a part of an incident."""
        issue.incident_id = incident["incident_id"]
        incident["issue_ids"].append(issue.issue_id)

    def _fill(self, project: Project, rng: random.Random) -> None:
        """Eight issues: 0 to 2, 5 and 6 assigned, 2 blocked by 3, 5 behind an incident, 6 large, 7 closed. Two incidents."""
        self.last_number[project.key] = rng.randrange(120, 880)
        busy, helper, *_ = (member.username for member in self.team(project.name))
        assigned = {0: busy, 1: busy, 2: busy, 5: helper, 6: busy, 7: helper}
        points = (3, 5, 2, 1, 3, 5, 13, 1)
        made: list[Work] = []
        for place, title in enumerate(project.issues):
            kind: Kind = "feature" if place in (2, 3) else "task" if place == 6 else "bug"
            made.append(self.add_issue(project, title, kind, points[place]))
            made[-1].assignee = assigned.get(place)
            self.last_number[project.key] += rng.randrange(3)
        made[2].blocked_by.append(made[3].issue_id)
        made[5].priority, made[7].priority, made[5].sprint = "high", "low", "current"
        made[7].status, made[7].resolution = "closed", "fixed"
        written = str(self.today - dt.timedelta(days=rng.randrange(1, 9)))
        made[1].comments.append(Comment(author=helper, text="This came up again in support.", written_on=written))
        first, second, *_ = project.services
        self.attach(made[5], self.add_incident(project, first, "sev2", "Requests have been failing since last night"))
        self.add_incident(project, second, "sev3", "Slow responses during the backup")
