using InnovationScale.Components;
using InnovationScale.Grants;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Storage;

namespace InnovationScale.Home;

/// <summary>The first page: what waits for the person; a welcome for visitors; the first form where nobody is registered.</summary>
public sealed class HomePage(SignInSetting setting, Desk desk, Registry registry, PilotLists lists, GrantLists grants) : PersonForm(setting, desk, registry)
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
            Tasks = [.. await SafeguardingTasks(), .. await CommitteeTasks(), .. await MoneyTasks(), .. (await lists.Running(Who)).Select(TaskOf).OrderBy(task => task.State is TaskState.CannotStart)];
            return;
        }

        Empty = (await desk.Query(Principal.System, "list-people", connection => connection.Query("select id from person limit 1", r => r.GetString(0)))) is [];
    }

    private async Task<IEnumerable<TaskListed>> SafeguardingTasks()
    {
        if (!Who.Is(Role.SafeguardingLead)) return [];

        var open = (await desk.Query(Who, "list-incidents", connection => connection.Query("select count(*) from incident where is_open = 1", r => r.GetInt64(0))))[0];
        return
        [
            .. open == 0 ? (TaskListed[])[] : [new(Words["Look at open incidents"], $"/{Lang}/safeguarding", null, TaskState.NotStarted)],
            .. (await lists.AwaitingEthics(Who)).Select(pilot => new TaskListed(Words["task.ethics"], $"/{Lang}/pilots/{pilot.Id}#ethics", pilot.Title, TaskState.NotStarted)),
        ];
    }

    /// <summary>What a member of a committee has to say or to vote on; whoever stepped aside has no row to find.</summary>
    private Task<List<TaskListed>> CommitteeTasks() => desk.Query(Who, "list-reviews", connection => connection.Query(
        """
        select r.id, r.title, r.state from review_seat s join review r on r.id = s.id where s.person = @person
        and ((s.answered = 0 and r.state in ('Tabled', 'Declared', 'Voting')) or (s.voted = 0 and s.eligible = 1 and r.state = 'Voting')) order by r.vote_from, r.id
        """,
        r => new TaskListed(r.GetString(2) is "Voting" ? Words["Vote on it"] : Words["Say what ties you to it"], $"/{Lang}/reviews/{r.GetString(0)}", r.GetString(1), TaskState.NotStarted), ("person", Who.Person)));

    private async Task<IEnumerable<TaskListed>> MoneyTasks() =>
    [
        .. (await grants.Approvals(Who)).Select(payment => new TaskListed(Words["act.approve-payment"], $"/{Lang}/grants/{payment.Grant}", payment.Title, TaskState.NotStarted)),
        .. (await grants.ToReview(Who)).Select(review => new TaskListed(Words["Review an application"], $"/{Lang}/applications/{review.Id}/review", review.Call, review.Declared && !review.MayRead ? TaskState.CannotStart : TaskState.NotStarted)),
        // The funder reads of late reports beside its grants; they are the grantee’s to hand in.
        .. (Who.Is(Role.ProgrammeOfficer) ? [] : await grants.Late(Who)).Select(late => new TaskListed(Words["act.hand-in-report"], $"/{Lang}/grants/{late.Grant}", late.Title, TaskState.NotStarted)),
    ];

    private TaskListed TaskOf(PilotRow pilot)
    {
        var page = $"/{Lang}/pilots/{pilot.Id}";
        var second = pilot.SecondAdult == Who.Person;
        return pilot switch
        {
            { Awaits: not null } when second => new(Words["Sign, as the second adult"], page, pilot.Title, TaskState.NotStarted),
            { Awaits: not null } => new(Words["Waits for another signature"], page, pilot.Title, TaskState.InProgress),
            _ when second => new(Words["Nothing to sign yet: you are the second adult"], page, pilot.Title, TaskState.InProgress),
            { Status: PilotStatus.Paused } => new(Words["Paused"], page, pilot.Title, TaskState.InProgress),
            { Stage: PilotStage.Draft } => new(Words["Finish the draft and register it"], page, pilot.Title, TaskState.InProgress),
            { Stage: PilotStage.Registered } => new(Words["Start the first cycle"], page, pilot.Title, TaskState.NotStarted),
            { Stage: PilotStage.Enquiry } => new(Words["Go on with the cycle"], page, pilot.Title, TaskState.InProgress),
            _ => new(Words["Look at the pilot"], page, pilot.Title, TaskState.InProgress),
        };
    }
}

/// <summary>Something that waits for a person.</summary>
public sealed record TaskListed(string What, string Href, string? Pilot, TaskState State);
