"""What the issue and incident tracker's tools take and give back."""

from __future__ import annotations

from typing import Annotated, Literal

from typing_extensions import TypedDict

Kind = Literal["bug", "feature", "task"]
Priority = Literal["low", "medium", "high", "critical"]
IssueStatus = Literal["open", "closed"]
Resolution = Literal["fixed", "duplicate", "rejected", "obsolete"]
Sprint = Literal["current", "next"]
Severity = Literal["sev1", "sev2", "sev3"]
RootCause = Literal["bad_deployment", "expired_certificate", "capacity", "misconfiguration", "third_party_outage"]
IssueId = Annotated[str, "Id of the issue."]
IncidentId = Annotated[str, "Id of the incident."]
ProjectName = Annotated[str, "Name of the project."]


class IssueSummary(TypedDict):
    """An issue in one line. assignee: a user name."""

    issue_id: str
    title: str
    status: IssueStatus
    priority: Priority
    assignee: str | None


class FoundIssues(TypedDict):
    """The issues that match best."""

    issues: list[IssueSummary]


class Comment(TypedDict):
    """What somebody wrote under an issue."""

    author: str
    text: str
    written_on: str


class Issue(IssueSummary):
    """An issue with everything that its page says. blockers: ids of the issues that have to be closed first."""

    project: str
    kind: Kind
    story_points: int
    sprint: Sprint | None
    blockers: list[str]
    incident_id: str | None
    resolution: Resolution | None
    comments: list[Comment]


class Blockers(TypedDict):
    """What has to be closed before an issue."""

    issue_id: str
    blockers: list[str]


class Planned(TypedDict):
    """An issue that is now in a sprint, and the room that the sprint has left."""

    issue_id: str
    project: str
    sprint: Sprint
    story_points: int
    points_left: int


class ClosedIssue(TypedDict):
    """An issue that is done with. unblocked_issues: ids of the issues that nothing else blocks any more."""

    issue_id: str
    status: IssueStatus
    resolution: Resolution
    unblocked_issues: list[str]


class NewComment(TypedDict):
    """A comment just written."""

    issue_id: str
    comment_count: int
    written_on: str


class OnCall(TypedDict):
    """Who answers pages for a project, and its incidents that are still open."""

    project: str
    username: str
    name: str
    on_call_until: str
    open_incidents: list[str]


class Incident(TypedDict):
    """Something is broken in a service. lead: user name of who was on call."""

    incident_id: str
    service: str
    severity: Severity
    summary: str
    lead: str
    status: Literal["open", "resolved"]
    issue_ids: list[str]


class Attached(TypedDict):
    """An issue that now belongs to an incident."""

    incident_id: str
    issue_id: str
    service: str
    attached_issues: int


class ResolvedIncident(TypedDict):
    """An incident that is over."""

    incident_id: str
    service: str
    status: Literal["open", "resolved"]
    root_cause: RootCause
    review_due_on: str
