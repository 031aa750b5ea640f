using System.Diagnostics;
using InnovationScale.Audit;
using InnovationScale.Components;
using InnovationScale.People;
using InnovationScale.Storage;

namespace InnovationScale.Home;

/// <summary>The first page: what waits for the person; a welcome for visitors; the first form where nobody is registered.</summary>
public sealed class HomePage(SignInSetting setting, Desk desk, Registry registry, Inbox inbox) : PersonForm(setting, desk, registry)
{
    private readonly Desk desk = desk;

    /// <summary>Nobody is registered yet.</summary>
    public bool Empty { get; private set; }

    public IReadOnlyList<TaskListed> Tasks { get; private set; } = [];

    public bool MayRegister => Who.Is(Role.Teacher) || Who.Is(Role.SchoolLead);

    /// <summary>Networks this person acts for.</summary>
    public IEnumerable<string> Networks => Who.Roles.Where(role => role.Role is Role.Facilitator).Select(role => role.In).Distinct(StringComparer.Ordinal);

    public async Task OnGet()
    {
        if (Person is not null)
        {
            Tasks = [.. (await inbox.Of(Who)).Select(TaskOf)];
            return;
        }

        Empty = (await desk.Query(Principal.System, "list-people", connection => connection.Query("select id from person limit 1", r => r.GetString(0)))) is [];
    }

    private TaskListed TaskOf(Waiting waiting) => new(waiting.What switch
        {
            "look-at-incidents" => Words["Look at open incidents"],
            "confirm-erasure" => Words["Confirm an erasure or take it back"],
            "decide-ethics" => Words["task.ethics"],
            "vote" => Words["Vote on it"],
            "say-tie" => Words["Say what ties you to it"],
            "approve-payment" => Words["act.approve-payment"],
            "review-application" => Words["Review an application"],
            "review-membership" => Words["Review an application for membership"],
            "hand-in-report" => Words["act.hand-in-report"],
            "sign-pilot" => Words["It waits for your signature"],
            "date-plan" => Words["Date the plan"],
            "close-results" => Words["Close the results: I am the second of two"],
            "check-results" => Words["Check results that somebody else recorded"],
            "sign-evaluation" => Words["Sign the evaluation or give it back"],
            "pilot-waits-for-others" => Words["Waits for another signature"],
            "second-adult-later" => Words["Nothing to sign yet: you are the second adult"],
            "pilot-paused" => Words["Paused"],
            "finish-draft" => Words["Finish the draft and register it"],
            "start-first-cycle" => Words["Start the first cycle"],
            "go-on-with-cycle" => Words["Go on with the cycle"],
            "look-at-pilot" => Words["Look at the pilot"],
            _ => throw new UnreachableException($"No words for {waiting.What}."),
        },
        (waiting.Record?.Split('/') switch
        {
            null => $"/{Lang}/safeguarding",
            ["person", var id] => $"/{Lang}/people/erasures?subject={id}",
            [var kind, var id] => RecordPlace.Address(Words, kind, id),
            _ => throw new UnreachableException($"{waiting.Record} is no record."),
        }) + (waiting.What switch { "decide-ethics" => "#ethics", "review-application" => "/review", _ => "" }),
        waiting.Title,
        waiting.What is "finish-draft" or "go-on-with-cycle" or "look-at-pilot" || !waiting.Yours ? TaskState.InProgress : TaskState.NotStarted);
}

/// <summary>Something that waits for a person.</summary>
public sealed record TaskListed(string What, string Href, string? Pilot, TaskState State);
