using System.Collections.Immutable;
using InnovationScale.Storage;

namespace InnovationScale.People;

/// <summary>
/// Registers the schools of a network from a file: nothing unless every row can be. A school that the network has already, by name and country, is left as
/// it is, so that the same file can be sent again after whatever went wrong.
/// </summary>
public sealed class SchoolUploads(Desk desk)
{
    /// <exception cref="AccessDeniedException">The person may not see schools at all.</exception>
    public async Task<SchoolsUpload> Take(Principal who, Request request, string network, Stream file, bool dryRun, string? tried, CancellationToken cancel)
    {
        if (!who.Roles.Contains(new HeldRole(Role.Facilitator, network)))
            return new(null, Refused: Refusal.NotAllowed("not-your-network", "A network’s schools are registered by its facilitators."));

        var read = await SchoolsFile.ReadAsync(file, cancel);
        if (!read.Accepted) return new(read);
        if (tried is not null && tried != read.Sha256) return new(read, Refused: new("file-not-the-one-tried", "This is not the file that was tried out. Try this one out first."));

        var known = (await desk.Query(who, "list-schools", connection => connection.Query("select name, country from school where network = @network",
            r => (r.GetString(0), r.GetString(1)), ("network", network)))).ToHashSet();
        ImmutableArray<RegisterSchool> added = [.. read.Schools.Where(school => !known.Contains((school.Name, school.Country)))];
        var there = read.Schools.Length - added.Length;
        if (dryRun) return new(read) { Added = added.Length, There = there };

        foreach (var (n, school) in added.Index())
        {
            // The id follows from what the school is: sent again in another request, it is the same school.
            var id = Ids.For(who with { Person = network }, new($"{school.Country} {school.Name}"), School.Kind);
            var outcome = await desk.Execute(who, request.Part(n), id, school with { Network = network });
            if (outcome.Refusal is { Code: not "school-already-registered" } refusal) return new(read, Refused: refusal);
        }

        return new(read) { Added = added.Length, There = there, Recorded = true };
    }
}

/// <summary>What became of a file of schools.</summary>
/// <param name="Refused">The rules' no, where the file itself is in order.</param>
public sealed record SchoolsUpload(SchoolsFile? File, Refusal? Refused = null)
{
    /// <summary>Schools that are new, or would be.</summary>
    public int Added { get; init; }

    /// <summary>Schools that the network has already.</summary>
    public int There { get; init; }

    public bool Recorded { get; init; }
}
