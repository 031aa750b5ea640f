using System.Collections.Immutable;
using System.Text.Json;
using InnovationScale.Storage;

namespace InnovationScale;

/// <summary>What happened to one record, for everybody who may see the record: read a page at a time, compared before and after, and verified.</summary>
public sealed class Histories(Desk desk, SqlLogStore store, Kinds kinds)
{
    /// <summary>
    /// By path: what is told of results is told by the trial's and the study's own pages, which know whom each figure may be shown to; no grantee reads who reviewed; and
    /// who a head is and whom to turn to is for those who work with a pilot.
    /// </summary>
    private static readonly string[] Untold = ["cells", "batches", "batchesByFile", "countsWhenClosed", "findings", "offer.barred", "head.name", "safeguardingContact"];

    /// <summary>Of a link or a token the hash is kept, which says nothing to people.</summary>
    private const string Secrets = ".secretSha256";

    /// <summary>Steps of a record, newest first; null where there is no such record for this person.</summary>
    /// <param name="before">Only steps before this version.</param>
    public async Task<IReadOnlyList<LoggedEvent>?> Read(Principal who, string kind, string id, long? before, int most) => await Kind(who, kind, id) is null
        ? null
        : await store.Query(connection => connection.Events("where stream = @stream and version < @before order by version desc limit @most",
            ("stream", $"{kind}/{id}"), ("before", before ?? long.MaxValue), ("most", most)));

    /// <summary>What one step changed in the record; null where there is no such step for this person.</summary>
    public async Task<StepChanges?> Compare(Principal who, string kind, string id, long version)
    {
        if (await Kind(who, kind, id) is not { } known) return null;
        var events = await store.Query(connection => connection.Events("where stream = @stream and version <= @version order by version", ("stream", $"{kind}/{id}"), ("version", version)));
        if (events is not [.. var earlier, var step] || step.Version != version) return null;

        var (before, after) = (Values(known.Json(earlier)), Values(known.Json(events)));
        return new(step,
        [
            .. before.Keys.Union(after.Keys, StringComparer.Ordinal).Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name))
                .Select(name => new Change(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name))),
        ]);
    }

    /// <summary>Recomputes the chain of a record's steps; null where there is no such record for this person.</summary>
    public async Task<HistoryCheck?> Verify(Principal who, string kind, string id)
    {
        if (await Kind(who, kind, id) is not { } known) return null;
        var events = await store.Query(connection => connection.Events("where stream = @stream order by version", ("stream", $"{kind}/{id}")));
        var previous = HashChain.Start;
        foreach (var (n, step) in events.Index())
        {
            if (step.Version != n + 1) return new(n, n + 1, "a step is missing", null);
            if (!HashChain.Next(previous, step).AsSpan().SequenceEqual(step.Hash)) return new(n, step.Version, "it does not have the content that was hashed", null);
            previous = step.Hash;
        }

        return known.Fault(events) is { } fault ? new(events.Count, null, fault, null) : new(events.Count, null, null, Convert.ToHexStringLower(previous));
    }

    /// <summary>Roles that began and ended in a place, newest first.</summary>
    /// <param name="alsoOfTheProgramme">Also those that people who work there hold in the whole programme.</param>
    public Task<List<LoggedEvent>> Roles(Principal who, string place, bool alsoOfTheProgramme, int most)
    {
        const string here = "select 'person/' || id from person_role where held_in = @place", work = "select 'person/' || id from person where home = @place and @both = 1";
        // Whose records they are comes first, alone: a database finds these few by their streams, whatever else is in the log.
        return desk.Query(who, "list-people", connection => connection.Events(
            $"where stream in ({here} union {work}) and name in ('role-granted', 'role-ended') and (json like @here or (json like @programme and stream in ({work}))) order by at desc, position desc limit @most",
            ("here", Held(place)), ("place", place), ("both", alsoOfTheProgramme ? 1L : 0L), ("programme", Held(HeldRole.Programme)), ("most", most)));
    }

    /// <summary>A role that is held there, as it is stored.</summary>
    private static string Held(string place) => $"%@{place}\"%";

    private async Task<IKind?> Kind(Principal who, string kind, string id)
    {
        if (kinds.All.FirstOrDefault(known => known.Name == kind) is not { } found) return null;
        // What happened to an account is its person's to know, even when all her roles have ended.
        if (found.Name == People.Person.Kind && who.IsSignedIn && id == who.Person) return found;
        return desk.MayReadHistory(who, kind) && await found.CanBeSeen(desk, who, id) ? found : null;
    }

    /// <summary>The parts of a state that hold a value, by path.</summary>
    private static Dictionary<string, string> Values(string json)
    {
        using var document = JsonDocument.Parse(json);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in document.RootElement.EnumerateObject()) Collect(member.Name, member.Value);

        return values;

        void Collect(string path, JsonElement value)
        {
            if (Untold.Contains(path) || path.EndsWith(Secrets, StringComparison.Ordinal)) return;

            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var member in value.EnumerateObject()) Collect($"{path}.{member.Name}", member.Value);
                    break;
                case JsonValueKind.Array:
                    foreach (var (n, item) in value.EnumerateArray().Index()) Collect($"{path}.{n + 1}", item);
                    break;
                case not (JsonValueKind.Null or JsonValueKind.Undefined) when value.ToString() is { Length: > 0 } text:
                    values[path] = text;
                    break;
            }
        }
    }
}

/// <summary>One step and what it changed.</summary>
public sealed record StepChanges(LoggedEvent Step, ImmutableArray<Change> Changes);

/// <summary>A part of a record that a step changed.</summary>
/// <param name="Name">Its path, such as <c>enquiry.question</c>; parts of a list are counted from 1.</param>
/// <param name="Before">Null where there was none.</param>
/// <param name="After">Null where there is none any more.</param>
public sealed record Change(string Name, string? Before, string? After);

/// <summary>What recomputing a record's history found.</summary>
/// <param name="Steps">Steps that are well.</param>
/// <param name="FirstBad">Number of the first step that is not; null when the chain holds.</param>
/// <param name="Fault">What is wrong; null when all is well.</param>
/// <param name="Head">Hash of the last step, lower-case hex; it covers every step before it.</param>
public sealed record HistoryCheck(int Steps, long? FirstBad, string? Fault, string? Head);
