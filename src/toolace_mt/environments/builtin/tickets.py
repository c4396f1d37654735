"""An engineering department's tracker: issues with assignees, blockers and sprints, incidents, and who is on call."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from toolace_mt.environments.builtin.tickets_backlog import COMMENTS, NEW_ISSUES, SUMMARIES
from toolace_mt.environments.builtin.tickets_records import (
    Attached,
    Blockers,
    ClosedIssue,
    FoundIssues,
    Incident,
    IncidentId,
    Issue,
    IssueId,
    IssueStatus,
    IssueSummary,
    Kind,
    NewComment,
    OnCall,
    Planned,
    Priority,
    ProjectName,
    Resolution,
    ResolvedIncident,
    RootCause,
    Severity,
    Sprint,
)
from toolace_mt.environments.builtin.tickets_state import POLICY, REVIEW_DAYS, TicketsState
from toolace_mt.environments.builtin.world import best_matches, filled
from toolace_mt.environments.methods import ToolFailure, tool

_MOST_FOUND = 5
_ON_CALL_DAYS = 7


class Tickets(TicketsState):
    """The tracker as the lead of one team sees it; POLICY says what its tools refuse."""

    @property
    def brief(self) -> dict[str, Any]:
        """What the user knows; `TOOL.PARAMETER` narrows down what works with one tool."""
        home, second, third = (project.name for project in self.projects)
        here = [issue.issue_id for issue in self.issues.values() if issue.project == home]
        lead, *team = (member.username for member in self.team(home))
        ready = [i.issue_id for i in self.issues.values() if i.assignee and i.points == 3]
        urgent = [i.issue_id for i in self.issues.values() if i.incident_id]
        calm = [i["incident_id"] for i in self.incidents.values() if not i["issue_ids"]]
        return {
            "today": str(self.today),
            "user": {"name": self.members[lead].name, "username": lead, "project": home},
            "assistant_policy": POLICY,
            "knows": {
                "project": [home, second, third],
                "query": [home, *(self.issues[each].title.split()[0].lower() for each in here[:4])],
                "issue_id": [*here[:2], here[4]],
                "assign_issue.issue_id": here[3:5],
                "username": team,
                "change_priority.issue_id": urgent,
                "change_priority.priority": ["critical", "medium"],
                "add_blocker.issue_id": here[:2],
                "blocker_id": here[4:6],
                "plan_issue.issue_id": ready,
                "close_issue.issue_id": here[:2],
                "title": list(NEW_ISSUES),
                "story_points": [1, 2, 3, 5],
                "text": list(COMMENTS),
                "service": [service for project in self.projects for service in project.services[2:]],
                "summary": list(SUMMARIES),
                "incident_id": calm,
            },
        }

    @tool
    def search_issues(
        self,
        query: Annotated[str, "Words to look for in titles, or the name of a project.", Field(min_length=2)],
        status: Annotated[IssueStatus | None, "Only issues with this status."] = None,
    ) -> FoundIssues:
        """Search the issues of all projects by words."""
        pool = [
            (f"{issue.title} {issue.project} {issue.kind}", issue)
            for issue in self.issues.values()
            if status in (None, issue.status)
        ]
        found = best_matches(filled(query, "query").lower().split(), pool)
        return {"issues": [issue.summary() for issue in found[:_MOST_FOUND]]}

    @tool
    def show_issue(self, issue_id: IssueId) -> Issue:
        """Show an issue with its blockers, incident and comments."""
        return self.issue(issue_id).page()

    @tool
    def open_issue(
        self,
        project: ProjectName,
        title: Annotated[str, "What is wrong or wanted, in a few words.", Field(min_length=5, max_length=100)],
        kind: Annotated[Kind, "What kind of issue it is."],
        story_points: Annotated[int, "Estimated effort in story points.", Field(ge=1, le=13)] = 3,
    ) -> IssueSummary:
        """Open an issue in a project; it has medium priority, and nobody is assigned to it."""
        home, heading = self.project(project), filled(title, "title")
        known = next((i for i in self.issues.values() if i.project == home.name and i.title == heading), None)
        if known is not None and known.status == "open":
            raise ToolFailure(f"{home.name} already has an open issue with that title, {known.issue_id}.")
        return self.add_issue(home, heading, kind, story_points).summary()

    @tool
    def assign_issue(self, issue_id: IssueId, username: Annotated[str, "User name of the engineer."]) -> IssueSummary:
        """Assign an open issue to an engineer on the project's team."""
        issue = self.open_one(issue_id)
        self.check_assignment(issue, username)
        issue.assignee = username
        return issue.summary()

    @tool
    def change_priority(self, issue_id: IssueId, priority: Annotated[Priority, "The new priority."]) -> IssueSummary:
        """Change the priority of an open issue."""
        issue = self.open_one(issue_id)
        self.check_priority(issue, priority)
        issue.priority = priority
        return issue.summary()

    @tool
    def add_blocker(
        self, issue_id: IssueId, blocker_id: Annotated[str, "Id of the issue that has to be closed first."]
    ) -> Blockers:
        """Add an issue that blocks another one: it has to be closed first."""
        issue, blocker = self.open_one(issue_id), self.open_one(blocker_id)
        if issue is blocker:
            raise ToolFailure(f"Issue {issue_id} cannot block itself.")
        if blocker_id in issue.blocked_by:
            raise ToolFailure(f"Issue {issue_id} is already blocked by {blocker_id}.")
        waiting, seen = [blocker_id], set[str]()
        while waiting:
            each = waiting.pop()
            if each == issue_id:
                raise ToolFailure(f"Issue {blocker_id} is itself waiting for {issue_id}, so it cannot block it.")
            if each not in seen:
                seen.add(each)
                waiting += self.issues[each].blocked_by
        issue.blocked_by.append(blocker_id)
        return {"issue_id": issue_id, "blockers": self.open_blockers(issue)}

    @tool
    def plan_issue(self, issue_id: IssueId, sprint: Annotated[Sprint, "The sprint to put it into."]) -> Planned:
        """Plan an assigned issue for a sprint of its project."""
        issue = self.open_one(issue_id)
        self.check_planning(issue, sprint)
        issue.sprint = sprint
        return {
            "issue_id": issue_id,
            "project": issue.project,
            "sprint": sprint,
            "story_points": issue.points,
            "points_left": self.points_left(issue.project, sprint),
        }

    @tool
    def close_issue(
        self, issue_id: IssueId, resolution: Annotated[Resolution, "How the issue was settled."]
    ) -> ClosedIssue:
        """Close an issue that nothing blocks any more."""
        issue = self.open_one(issue_id)
        self.check_closing(issue, resolution)
        issue.status, issue.resolution = "closed", resolution
        waiting = [each for each in self.issues.values() if issue_id in each.blocked_by and each.status == "open"]
        unblocked = [each.issue_id for each in waiting if not self.open_blockers(each)]
        return {"issue_id": issue_id, "status": "closed", "resolution": resolution, "unblocked_issues": unblocked}

    @tool
    def comment_on_issue(
        self, issue_id: IssueId, text: Annotated[str, "What to write.", Field(min_length=2)]
    ) -> NewComment:
        """Comment on an issue in the name of the user."""
        issue, written = self.issue(issue_id), filled(text, "text")
        author = self.team(self.projects[0].name)[0].username
        issue.comments.append({"author": author, "text": written, "written_on": str(self.today)})
        return {"issue_id": issue_id, "comment_count": len(issue.comments), "written_on": str(self.today)}

    @tool
    def who_is_on_call(self, project: ProjectName) -> OnCall:
        """Show who is on call for a project, and which of its incidents are open."""
        home = self.project(project)
        member = self.on_call(home.name)
        open_ones = [i["incident_id"] for i in self.incidents.values() if i["status"] == "open"]
        until = self.today + dt.timedelta(days=_ON_CALL_DAYS - self.today.weekday())
        return {
            "project": home.name,
            "username": member.username,
            "name": member.name,
            "on_call_until": str(until),
            "open_incidents": [each for each in open_ones if self.incidents[each]["service"] in home.services],
        }

    @tool
    def declare_incident(
        self,
        service: Annotated[str, "Name of the service that is broken."],
        severity: Annotated[Severity, "How bad it is, sev1 being the worst."],
        summary: Annotated[str, "What is going on, in one sentence.", Field(min_length=5)],
    ) -> Incident:
        """Declare an incident for a service."""
        told = filled(summary, "summary")
        wanted = service.strip().lower()
        found = [(p, each) for p in self.projects for each in p.services if each.lower() == wanted]
        if not found:
            known = ", ".join(each for project in self.projects for each in project.services)
            raise ToolFailure(f"There is no service {service!r}. Services: {known}.")
        project, name = found[0]
        for incident in self.incidents.values():
            if (incident["service"], incident["status"]) == (name, "open"):
                raise ToolFailure(f"The {name} already has an open incident, {incident['incident_id']}.")
        return self.add_incident(project, name, severity, told)

    @tool
    def attach_to_incident(self, issue_id: IssueId, incident_id: IncidentId) -> Attached:
        """Attach an open issue to an open incident that it is a part of."""
        issue, incident = self.open_one(issue_id), self.incident(incident_id)
        if issue.incident_id is not None:
            raise ToolFailure(f"Issue {issue_id} is already attached to incident {issue.incident_id}.")
        self.attach(issue, incident)
        return {
            "incident_id": incident_id,
            "issue_id": issue_id,
            "service": incident["service"],
            "attached_issues": len(incident["issue_ids"]),
        }

    @tool
    def resolve_incident(
        self, incident_id: IncidentId, root_cause: Annotated[RootCause, "What caused it."]
    ) -> ResolvedIncident:
        """Resolve an incident of which all issues are closed."""
        incident = self.incident(incident_id)
        open_ones = [each for each in incident["issue_ids"] if self.issues[each].status == "open"]
        if open_ones:
            raise ToolFailure(f"Incident {incident_id} still has open issues: {', '.join(open_ones)}.")
        incident["status"] = "resolved"
        self.root_causes[incident_id] = root_cause
        due = str(self.today + dt.timedelta(days=REVIEW_DAYS))
        return {
            "incident_id": incident_id,
            "service": incident["service"],
            "status": "resolved",
            "root_cause": root_cause,
            "review_due_on": due,
        }
