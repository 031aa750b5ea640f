using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using static InnovationScale.Role;

namespace InnovationScale.Community;

public enum GroupKind
{
    /// <summary>Schools that look into one question of the learning agenda together.</summary>
    Challenge,

    /// <summary>People who do a task for the community.</summary>
    Working,
}

/// <summary>How far a group is.</summary>
public enum GroupState
{
    /// <summary>Before the first event.</summary>
    None,
    Proposed,
    Active,
    Concluded,
}

/// <summary>People who join for one purpose and end with something that others can use: a challenge group on a question of the learning agenda, or a working group.</summary>
public sealed record CommunityGroup : IAggregate<CommunityGroup, CommunityGroupCommand, CommunityGroupEvent>, IBelongs
{
    public static string Kind => "group";

    public static CommunityGroup New { get; } = new();

    public const int MembersLeast = 3, MembersMost = 100, PilotsMost = 50;

    private static readonly ImmutableArray<GroupState> Alive = [GroupState.Proposed, GroupState.Active];

    /// <summary>Who may ask what of a group, and when.</summary>
    public static Steps<GroupState> Steps { get; } = new("group",
        new(typeof(ProposeGroup), [GroupState.None], Members.Working),
        new(typeof(JoinGroup), Alive, Members.Working),
        new(typeof(LeaveGroup), Alive, Members.Working.To(Relation.Team)),
        new(typeof(StartGroup), [GroupState.Proposed], Members.Working.To(Relation.Team)),
        new(typeof(AddPilotToGroup), [GroupState.Active], Members.Working.To(Relation.Team)),
        new(typeof(ConcludeGroup), [GroupState.Active], [Facilitator, .. Members.Working.Remove(Facilitator).To(Relation.Team)]));

    public GroupState State { get; init; }

    public GroupKind Sort { get; init; }

    public string Name { get; init; } = "";

    /// <summary>What it sets out to do.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>The question of the learning agenda that it looks into; null where a working group has none.</summary>
    public string? Question { get; init; }

    /// <summary>In the order in which they joined.</summary>
    public ImmutableArray<string> People { get; init; } = [];

    /// <summary>Pilots that belong to it, which everybody can see.</summary>
    public ImmutableArray<string> Pilots { get; init; } = [];

    /// <summary>What came of it; empty until it is concluded.</summary>
    public string Output { get; init; } = "";

    /// <summary>Where what came of it can be found, if anywhere.</summary>
    public string OutputAt { get; init; } = "";

    public DateOnly? ConcludedOn { get; init; }

    public IEnumerable<string> Homes(string id) => [];

    public IEnumerable<string> Workers => People;

    public Decision<CommunityGroupEvent> Decide(CommunityGroupCommand command, Stamp stamp) => Steps.Refuse(command, State, stamp) is { } refusal ? refusal : command switch
    {
        ProposeGroup propose => Propose(propose),
        JoinGroup => Join(stamp),
        LeaveGroup => People.Contains(stamp.Actor) ? new GroupLeft() : NotIn,
        StartGroup => Start(stamp),
        AddPilotToGroup add => Add(add, stamp),
        ConcludeGroup conclude => string.IsNullOrWhiteSpace(conclude.Output)
            ? Refusal.Invalid("output-missing", "Say what came of it, also where little did: others can use it.")
            : new GroupConcluded(conclude.Output.Trim(), conclude.OutputAt.Trim()),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public CommunityGroup Evolve(CommunityGroupEvent happened, Stamp stamp) => happened switch
    {
        GroupProposed e => this with { State = GroupState.Proposed, Sort = e.Sort, Name = e.Name, Purpose = e.Purpose, Question = e.Question, People = [stamp.Actor] },
        GroupJoined => this with { People = People.Add(stamp.Actor) },
        GroupLeft => this with { People = People.Remove(stamp.Actor) },
        GroupStarted => this with { State = GroupState.Active },
        PilotAddedToGroup e => this with { Pilots = Pilots.Add(e.Pilot) },
        GroupConcluded e => this with { State = GroupState.Concluded, Output = e.Output, OutputAt = e.OutputAt, ConcludedOn = stamp.Day },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private static Decision<CommunityGroupEvent> Propose(ProposeGroup propose)
    {
        if (string.IsNullOrWhiteSpace(propose.Name)) return Refusal.Invalid("group-name-missing", "Give the group a name.");
        if (string.IsNullOrWhiteSpace(propose.Purpose)) return Refusal.Invalid("purpose-missing", "Say what the group sets out to do.");
        if (propose.Sort is GroupKind.Challenge && propose.Question is null)
            return Refusal.Invalid("challenge-without-question", "A challenge group looks into a question of the learning agenda: choose one, or ask it first.");
        return propose.Question is not null && !propose.QuestionKnown
            ? Refusal.NotFound("learning-question-unknown", "There is no such question on the learning agenda.")
            : new GroupProposed(propose.Sort, propose.Name.Trim(), propose.Purpose.Trim(), propose.Question);
    }

    private Decision<CommunityGroupEvent> Join(Stamp stamp)
    {
        if (People.Contains(stamp.Actor)) return new Refusal("group-joined-already", "You are in this group already.");
        return People.Length == MembersMost ? new Refusal("group-full", $"A group has at most {MembersMost} members.") : new GroupJoined();
    }

    private Decision<CommunityGroupEvent> Start(Stamp stamp)
    {
        if (!People.Contains(stamp.Actor)) return NotIn;
        return People.Length < MembersLeast ? new Refusal("group-too-small", $"A group starts with at least {MembersLeast} members.") : new GroupStarted();
    }

    private Decision<CommunityGroupEvent> Add(AddPilotToGroup add, Stamp stamp)
    {
        if (!People.Contains(stamp.Actor)) return NotIn;
        if (!add.IsPublic) return Refusal.NotFound("group-pilot-unknown", "There is no such pilot that everybody can see.");
        if (Pilots.Contains(add.Pilot)) return new Refusal("group-pilot-known", "This pilot belongs to the group already.");
        return Pilots.Length == PilotsMost ? new Refusal("group-pilots-full", $"A group has at most {PilotsMost} pilots.") : new PilotAddedToGroup(add.Pilot);
    }

    private static Refusal NotIn => Refusal.NotAllowed("not-in-the-group", "Only members of the group do this. Join it first.");
}

/// <summary>What can be asked of a <see cref="CommunityGroup"/>.</summary>
public abstract record CommunityGroupCommand : ICommand<CommunityGroup>;

/// <param name="Question">A question of the learning agenda; a challenge group has one.</param>
public sealed record ProposeGroup(GroupKind Sort, string Name, string Purpose, string? Question = null) : CommunityGroupCommand
{
    [Gathered] public bool QuestionKnown { get; init; }
}

public sealed record JoinGroup : CommunityGroupCommand;

public sealed record LeaveGroup : CommunityGroupCommand;

public sealed record StartGroup : CommunityGroupCommand;

public sealed record AddPilotToGroup(string Pilot) : CommunityGroupCommand
{
    /// <summary>There is such a pilot, and everybody can see it.</summary>
    [Gathered] public bool IsPublic { get; init; }
}

/// <param name="Output">What came of it.</param>
/// <param name="OutputAt">Where it can be found, if anywhere.</param>
public sealed record ConcludeGroup(string Output, string OutputAt = "") : CommunityGroupCommand;

/// <summary>What has happened to a <see cref="CommunityGroup"/>.</summary>
[JsonDerivedType(typeof(GroupProposed), "group-proposed")]
[JsonDerivedType(typeof(GroupJoined), "group-joined")]
[JsonDerivedType(typeof(GroupLeft), "group-left")]
[JsonDerivedType(typeof(GroupStarted), "group-started")]
[JsonDerivedType(typeof(PilotAddedToGroup), "pilot-added-to-group")]
[JsonDerivedType(typeof(GroupConcluded), "group-concluded")]
public abstract record CommunityGroupEvent : IEvent<CommunityGroup>;

public sealed record GroupProposed(GroupKind Sort, string Name, string Purpose, string? Question) : CommunityGroupEvent;

public sealed record GroupJoined : CommunityGroupEvent;

public sealed record GroupLeft : CommunityGroupEvent;

public sealed record GroupStarted : CommunityGroupEvent;

public sealed record PilotAddedToGroup(string Pilot) : CommunityGroupEvent;

public sealed record GroupConcluded(string Output, string OutputAt) : CommunityGroupEvent;
