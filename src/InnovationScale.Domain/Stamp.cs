using System.Text.Json;
using System.Text.Json.Serialization;

namespace InnovationScale;

/// <summary>Who did something, in which role, when and why. Supplied by the host, kept beside every event, never invented by an aggregate.</summary>
/// <param name="Actor">The person's id (or <c>system</c> for a step that follows from an earlier event).</param>
/// <param name="Role">The one role the person acted in, and where it is held.</param>
/// <param name="At">The server's clock, UTC.</param>
/// <param name="CommandId">The client's own id for the request; the same id takes effect once.</param>
/// <param name="Reason">The person's words, where a rule asks for them.</param>
public sealed record Stamp(string Actor, HeldRole Role, DateTimeOffset At, string CommandId, string? Reason = null)
{
    public DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);
}

/// <summary>A role and the organisation, pilot, call or committee it is held in: written <c>teacher@heron-bay</c>.</summary>
[JsonConverter(typeof(HeldRoleJson))]
public readonly record struct HeldRole(Role Role, string In)
{
    /// <summary>Where the programme's own roles are held.</summary>
    public const string Programme = "programme";

    public override string ToString() => $"{JsonNamingPolicy.KebabCaseLower.ConvertName(Role.ToString())}@{In}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">There is no '@', or no such role.</exception>
    public static HeldRole Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && Enum.TryParse<Role>(text[..at].Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var role)
            ? new(role, text[(at + 1)..])
            : throw new FormatException($"“{text}” is not a role: expected such as “teacher@heron-bay”.");
    }
}

internal sealed class HeldRoleJson : JsonConverter<HeldRole>
{
    public override HeldRole Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => HeldRole.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, HeldRole value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>What a person may be to an organisation, a pilot, a call or a committee.</summary>
public enum Role
{
    /// <summary>Anyone, signed in or not.</summary>
    Public,
    Teacher,
    SchoolLead,
    Researcher,

    /// <summary>Judges evidence and stands outside the team that made it.</summary>
    Evaluator,
    DataSteward,

    /// <summary>Runs a challenge group or the network's backbone.</summary>
    Facilitator,

    /// <summary>The programme's ethics and safeguarding person.</summary>
    SafeguardingLead,
    ProgrammeOfficer,
    Reviewer,
    FinanceL1,
    FinanceL2,
    CommitteeChair,
    CommitteeMember,

    /// <summary>Prepares and records a committee's work; has no vote.</summary>
    Secretary,

    /// <summary>Reads everything, writes nothing.</summary>
    Auditor,

    /// <summary>Configures; cannot score, vote, pay or edit data.</summary>
    Admin,

    /// <summary>A step the product takes by itself because of an earlier event.</summary>
    System,
}
